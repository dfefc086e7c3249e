"""A morning of renewals: the drain of so many subscriptions' events, by Stripe's list pages, on PostgreSQL.

    ./run bench renewals                              1,500 of them
    YAJI_RENEWALS=100000 ./run bench renewals         as many as that

A sandbox is loaded with members whose subscriptions have just been renewed; the product knows them as they were before.
Five events for each lie in the inbox as the webhook would have put them: the customer's, whose invoices were counted up, the
subscription's, and the invoice's creation, finalisation and payment. One worker drains them in a process of its own; then come the invoices' late events once more,
as they do an hour after a period began. What stands here afterwards is compared with the sandbox, row by row.

The limit: the rows that the drain wrote, written again into copies of their tables by a bare connection, with one
transaction for each object and for its events, and nothing read, reduced or rendered. That is far: a renewal reads some
twenty rows under locks and renders a letter. The goal is a guard against falling back; that the calls are pages and that
a renewal's queries do not grow with their number is what matters.
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.servers import ROOT

RENEWALS = int(os.environ.get("YAJI_RENEWALS", "1500"))
PRICE, AMOUNT, SPREAD, CHUNK, SAMPLE, GOAL = "companion-month", 4800, 3600, 5000, 2000, 0.015
VERSION = "2026-10-28.endive"


class Sandbox:
    """A sandbox in a process of its own, whose log tells every call."""

    def __init__(self, base: str, log: Path) -> None:
        self.base, self.log = base, log

    def ask(self, path: str, body: Any = None) -> Any:
        """JSON of a call that is the bench's own."""
        data = json.dumps(body).encode() if body is not None else None
        request = Request(self.base + path, data, {"Authorization": "Bearer sk_test_sandbox"})
        with urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def all(self, kind: str, **given: Any) -> Iterator[dict[str, Any]]:
        """Every object of a kind."""
        after = ""
        while True:
            more = "".join(f"&{name}={value}" for name, value in given.items()) + (
                f"&starting_after={after}" if after else ""
            )
            page = self.ask(f"/v1/{kind}?limit=100{more}")
            yield from page["data"]
            if not page["has_more"]:
                return
            after = page["data"][-1]["id"]

    def calls(self, since: int) -> Counter[str]:
        """Calls by path since that place in the log, each id as a star."""
        with self.log.open() as log:
            log.seek(since)
            found = re.findall(r'"(GET|POST|DELETE) (/v1/[^ ?"]*)', log.read())
        return Counter(f"{method} {re.sub(r'/[a-z]+_[A-Za-z0-9]+', '/*', path)}" for method, path in found)

    def place(self) -> int:
        """Where the log ends now."""
        return self.log.stat().st_size


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Start it, and end it."""
    log = folder / "sandbox.log"
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(folder / "sandbox.sqlite3"), "--verbose"]
    with log.open("w") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the sandbox did not come up"
            yield Sandbox(found[0].replace("localhost", "127.0.0.1"), log)
        finally:
            process.terminate()
            process.wait(15)
            assert process.stdout
            process.stdout.close()


def members(box: Sandbox, price: str, count: int) -> list[dict[str, Any]]:
    """Load so many people whose month ended within the last two hours; answers their ids, with `start` of the first."""
    now = datetime.now(UTC)
    first = (now.replace(day=min(now.day, 28)) - timedelta(hours=3)).replace(month=now.month - 1 or 12,
             year=now.year - (now.month == 1))  # fmt: skip
    found: list[dict[str, Any]] = []
    for begin in range(0, count, CHUNK):
        given = [{"price": price, "start": int(first.timestamp()) + n * SPREAD // count, "email": f"renewal-{n}@example.com",
                  "name": f"Renewal {n}"} for n in range(begin, min(count, begin + CHUNK))]  # fmt: skip
        made = box.ask("/_control/load", {"members": given, "bills": "latest"})["members"]
        found += [
            {**one, "start": each["start"], "email": each["email"]} for one, each in zip(made, given, strict=True)
        ]
    return found


def mirror(people: list[dict[str, Any]], price: Any) -> None:
    """What the product knew of them yesterday: accounts, customers, subscriptions in their first month, rights, revenue."""
    from accounts.models import User
    from membership.models import EntitlementGrant, Tier
    from subscriptions.billing.models import Customer, Movement, Subscription
    from subscriptions.billing.reducer import LATE

    tier = Tier.objects.get(key=price.plan.target)
    for begin in range(0, len(people), CHUNK):
        some = people[begin : begin + CHUNK]
        users = User.objects.bulk_create([User(email=one["email"], name="Renewal", password="!") for one in some])
        rows, grants = [], []
        for one, user in zip(some, users, strict=True):
            start = datetime.fromtimestamp(one["start"], UTC)
            end = month_later(start)
            rows.append(Subscription(
                stripe_id=one["subscription"], account=user, plan=price.plan, price=price, status="active", started_at=start,
                period_start=start, period_end=end, fetched_at=start))  # fmt: skip
            grants.append(EntitlementGrant(
                account=user, key=price.plan.entitlement, tier=tier, source_kind="plan", source_id=one["subscription"],
                starts=start, ends=end + LATE))  # fmt: skip
        Customer.objects.bulk_create([Customer(account=user, stripe_id=one["customer"], created_at=row.started_at)
                                      for one, user, row in zip(some, users, rows, strict=True)])  # fmt: skip
        made = Subscription.objects.bulk_create(rows)
        EntitlementGrant.objects.bulk_create(grants)
        Movement.objects.bulk_create([Movement(subscription=row, kind="join", currency="CNY", before=0, after=AMOUNT, at=row.started_at)
                                      for row in made])  # fmt: skip


def month_later(moment: datetime) -> datetime:
    """The same day of the next month; the bench begins on no day after the 28th."""
    return moment.replace(month=moment.month % 12 + 1, year=moment.year + (moment.month == 12))


def event(number: int, kind: str, about: dict[str, Any]) -> dict[str, Any]:
    """An event as it is delivered."""
    before = {"previous_attributes": {"next_invoice_sequence": 1}} if kind == "customer.updated" else {}
    return {"id": f"evt_renewal_{number}", "object": "event", "type": kind, "api_version": VERSION, "created": int(time.time()),
            "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
            "data": {"object": about, **before}}  # fmt: skip


def told(box: Sandbox, kinds: dict[str, tuple[str, ...]], begin: int) -> int:
    """Put events about all objects into the inbox as the webhook does; answers how many."""
    from subscriptions.billing import inbox
    from subscriptions.billing.models import Event

    count = begin
    for listed, types in kinds.items():
        rows = []
        for about in box.all(listed):
            for kind in types:
                count += 1
                payload = event(count, kind, about)
                rows.append(Event(**inbox.facts_of(payload), payload=payload))
            if len(rows) >= 1000:
                Event.objects.bulk_create(rows)
                rows.clear()
        Event.objects.bulk_create(rows)
    return count - begin


FIRST = {
    "subscriptions": ("customer.subscription.updated",),
    "invoices": ("invoice.created", "invoice.finalized", "invoice.paid"),
}
LATE_ONES = {"invoices": ("invoice.payment_succeeded",)}


def drain(box: Sandbox) -> dict[str, Any]:
    """Let a worker of its own drain the inbox; answers its `seconds`, `cpu` (seconds), `peak` (MB), `objects`, `queries` and its `calls`."""
    since = box.place()
    done = subprocess.run([sys.executable, "-m", "benchmarks.renewals_worker"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          env={**os.environ, "STRIPE_API_BASE": box.base}, check=True)  # fmt: skip
    return {**json.loads(done.stdout.splitlines()[-1]), "calls": box.calls(since)}


def compare(box: Sandbox, count: int) -> None:
    """Every subscription and invoice of the sandbox is here as it is there; rights follow; nothing waits or was doubled."""
    from accounts.models import Mail, Notice
    from membership.models import EntitlementGrant
    from subscriptions.billing.models import Event, Invoice, InvoiceLine, Movement, Subscription
    from subscriptions.billing.reducer import LATE

    ours = dict(Subscription.objects.values_list("stripe_id", "period_end"))
    rights = dict(EntitlementGrant.objects.filter(source_kind="plan").values_list("source_id", "ends"))
    theirs = {one["id"]: datetime.fromtimestamp(one["items"]["data"][0]["current_period_end"], UTC)
              for one in box.all("subscriptions")}  # fmt: skip
    assert ours == theirs and len(theirs) == count, "periods differ"
    assert rights == {key: end + LATE for key, end in theirs.items()}, "rights differ"
    bills = dict(Invoice.objects.values_list("stripe_id", "amount_paid"))
    assert bills == {one["id"]: one["amount_paid"] for one in box.all("invoices")} and len(bills) == count, (
        "invoices differ"
    )
    assert set(Invoice.objects.values_list("status", flat=True)) == {"paid"}, "not paid"
    for rows in (InvoiceLine, Movement, Notice.objects.filter(kind="billing.paid"), Mail):
        found = getattr(rows, "objects", rows).count()
        assert found == count, f"{rows}: {found} of {count}"
    assert not Event.objects.exclude(state__in=["done", "ignored"]).exists(), "events wait"


# Which rows a renewal writes, object by object: the subscription with its right, the invoice with its line and receipt.
WRITES = [
    ["billing_subscription", "membership_entitlementgrant", "membership_grantchange"],
    ["billing_invoice", "billing_invoiceline", "accounts_notice", "accounts_mail"],
]


def bare(count: int) -> float:
    """The limit: renewals a second."""
    import psycopg

    tables = [table for group in WRITES for table in group]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        rows = {}
        for table in tables:
            connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
            rows[table] = connection.execute(f"SELECT * FROM {table} ORDER BY id LIMIT {count}").fetchall()
        connection.execute("CREATE TABLE bare_billing_event (LIKE billing_event INCLUDING ALL)")
        connection.execute(f"INSERT INTO bare_billing_event SELECT * FROM billing_event LIMIT {4 * count}")
        events = [key for (key,) in connection.execute("SELECT id FROM bare_billing_event").fetchall()]
        began = time.perf_counter()
        for number in range(count):
            for group in WRITES:
                with connection.transaction():
                    for table in group:
                        row = rows[table][number]
                        connection.execute(
                            f"INSERT INTO bare_{table} VALUES ({', '.join(['%s'] * len(row))})", plain(row)
                        )
            with connection.transaction():
                connection.execute("UPDATE bare_billing_event SET state = 'done', handled_at = now() WHERE id = ANY(%s)",
                                   [events[4 * number : 4 * number + 4]])  # fmt: skip
        return count / (time.perf_counter() - began)


def plain(row: tuple[Any, ...]) -> list[Any]:
    """Values as a statement takes them."""
    return [json.dumps(value) if isinstance(value, dict | list) else value for value in row]


@contextmanager
def database() -> Iterator[None]:
    """A copy of the bench's database before anything is in it, dropped at the end."""
    import psycopg

    given = os.environ["DATABASE_URL"]
    rest, _, name = given.rpartition("/")
    with psycopg.connect(f"{rest}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS yaji_renewals WITH (FORCE)")
        connection.execute(f'CREATE DATABASE yaji_renewals TEMPLATE "{name}"')
        os.environ["DATABASE_URL"] = f"{rest}/yaji_renewals"
        try:
            yield
        finally:
            os.environ["DATABASE_URL"] = given
            connection.execute("DROP DATABASE yaji_renewals WITH (FORCE)")


def run() -> list[dict[str, Any]]:
    """Measure in a process of its own: its Django has a database of its own."""
    with database():
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.renewals"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True
        )
    *said, last = done.stdout.splitlines()
    print("\n".join(said), flush=True)
    return json.loads(last)  # type: ignore[no-any-return]


def prepare(box: Sandbox) -> Any:
    """Tiers, plans and prices on both sides; answers the price."""
    os.environ["STRIPE_API_BASE"] = box.base
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    from membership import demo as tiers
    from subscriptions.billing import catalogue, demo
    from subscriptions.billing.models import PlanPrice

    tiers.seed(lambda text: None)
    demo.plans()
    catalogue.push()
    return PlanPrice.objects.select_related("plan").get(lookup_key=PRICE)


def measure(count: int) -> list[dict[str, Any]]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory(prefix="yaji-renewals-") as folder, sandbox(Path(folder)) as box:
        price = prepare(box)
        mirror(members(box, price.stripe_price, count), price)
        number = told(box, FIRST, 0)
        say("all at once", count, first := drain(box))
        told(box, LATE_ONES, number)
        say("late events", count, late := drain(box))
        compare(box, count)
        limit = bare(min(count, SAMPLE))
    rate, needed = count / first["seconds"], 3 * math.ceil(count / 100)
    calls = sum(first["calls"].values()) + sum(late["calls"].values())
    return [
        {"name": f"drain of {count:,} renewals", "unit": "renewals/s", "value": round(rate, 1), "limit": round(limit, 1),
         "limit_name": "the same rows by bare INSERTs, one transaction an object", "ratio": round(rate / limit, 3),
         "target": f"{GOAL} of it", "ok": rate / limit >= GOAL},
        {"name": "  calls to Stripe", "unit": "calls", "value": calls, "limit": needed,
         "limit_name": "pages of a hundred: subscriptions, invoices, invoices again", "ratio": round(calls / needed, 3),
         "target": "1.1 of it", "ok": calls <= 1.1 * needed + 3},
    ]  # fmt: skip


def say(what: str, count: int, found: dict[str, Any]) -> None:
    """A line of what a drain cost."""
    calls = ", ".join(f"{number} {path}" for path, number in sorted(found["calls"].items()))
    print(f"  renewals, {what}: {found['seconds']:.1f} s, {1000 * found['seconds'] / count:.2f} ms ({1000 * found['cpu'] / count:.2f} of "
          f"its own CPU) and {found['queries'] / count:.1f} queries a renewal, peak {found['peak']} MB; {calls}", flush=True)  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(RENEWALS)))
