"""Many customers with subscriptions and paid invoices at once, for demos and benchmarks: without events.

One customer is led through a first payment and a renewal for each price and number, on a clock of its own, and taken
back again; what was made on the way is the pattern from which all others are struck. So they have every field that a
real one has.
"""

import json
from typing import Any

from sandbox import shapes
from sandbox.billing import cycles, invoices, payments, subscriptions
from sandbox.billing.periods import shift
from sandbox.errors import invalid
from sandbox.store import Object, marks
from sandbox.world import DEFAULT_CLOCK, DUE, World, new_id, parent_of

BORN = 1_000_000_007  # a moment that stands nowhere else, to be found again in the pattern
EMAIL, NAME, MARK = "pattern@example.invalid", "Pattern Pattern", {"pattern": "pattern"}
CUSTOMER_MARK = {"customer pattern": "pattern"}
PREFIXES = {"customer": "cus", "payment_method": "pm", "subscription": "sub", "invoice": "in", "payment_intent": "pi",
            "charge": "ch", "invoice_payment": "inpay", "balance_transaction": "txn"}  # fmt: skip
MOST = 20_000
COLUMNS = "id, kind, clock, created, customer, parent, status, starts, ends, due, data, hidden"
Row = tuple[Any, ...]


class Pattern:
    """What one member of a price leaves behind, as texts: first the person, then each bill."""

    def __init__(self, w: World, price: str, quantity: int, card: str) -> None:
        self.found: dict[str, list[Object]] = {}
        self.hidden: dict[str, Object] = {}
        with w.store.rehearsal():
            self._live(w, w.need(price, "price", "price"), quantity, card)
        self.recurring: Object = self.subscription["items"]["data"][0]["price"]["recurring"]
        self.first, self.second = self._bill(0), self._bill(1)

    def _live(self, w: World, price: Object, quantity: int, card: str) -> None:
        from sandbox.resources import customers

        clock = w.make("test_helpers.TestClock", "clock", DEFAULT_CLOCK, frozen_time=BORN, status="ready")
        w.save(clock, clock["id"])
        given = {"email": EMAIL, "name": NAME, "metadata": CUSTOMER_MARK, "test_clock": clock["id"]}
        customer = customers.make(w, given)
        method = payments.resolve(w, card, customer["id"])
        payments.set_default(w, w.need(customer["id"], "customer"), method["id"])
        customer = w.need(customer["id"], "customer")
        wanted = {"items": [{"price": price["id"], "quantity": quantity}], "metadata": MARK}
        made = subscriptions.begin(
            w, subscriptions.create(w, customer, wanted), {"payment_behavior": "allow_incomplete"}
        )
        end = made["items"]["data"][0]["current_period_end"]
        with w.at(clock["id"], end):
            draft = cycles.renew(w, made, end)
        with w.at(clock["id"], end + invoices.DRAFT_SECONDS):
            invoices.work(w, draft)
        for kind in PREFIXES:
            self.found[kind] = w.store.find(kind, "clock=?", clock["id"])
        self.hidden = {t["id"]: w.store.hidden(t["id"]) for things in self.found.values() for t in things}
        self.clock = clock["id"]
        self.ends = (end, shift(BORN, price["recurring"]["interval"], price["recurring"]["interval_count"] * 2))

    @property
    def subscription(self) -> Object:
        """The pattern's subscription."""
        return self.found["subscription"][0]

    def _bill(self, place: int) -> str:
        """All that belongs to the first or the second invoice, as one text."""
        kinds = ("invoice", "payment_intent", "charge", "invoice_payment", "balance_transaction")
        return json.dumps([self.found[k][place] for k in kinds if self.found[k]], ensure_ascii=False)


def load(w: World, members: list[Any], bills: str) -> list[Object]:
    """Store these members; answers the ids of each. `bills`: all, latest or none of their past invoices."""
    if len(members) > MOST:
        raise invalid(f"At most {MOST} at once.")
    if bills not in ("all", "latest", "none"):
        raise invalid("bills is all, latest or none.", "bills")
    patterns: dict[tuple[str, int, str], Pattern] = {}
    answer: list[Object] = []
    rows: list[Row] = []
    with w.store.write():
        for member in members:
            if not isinstance(member, dict) or not member.get("price") or not isinstance(member.get("start"), int):
                raise invalid("A member has a price and a start (unix time), and maybe email, name, quantity, ...")
            kind = (member["price"], int(member.get("quantity", 1)), member.get("card") or "pm_card_visa")
            if kind not in patterns:
                patterns[kind] = Pattern(w, *kind)
            answer.append(_strike(w, patterns[kind], member, bills, rows))
        marks_ = ",".join("?" * len(COLUMNS.split(",")))
        w.store.db.executemany(f"INSERT INTO objects ({COLUMNS}) VALUES ({marks_})", rows)  # noqa: S608
    return answer


def _strike(w: World, pattern: Pattern, member: Object, bills: str, rows: list[Row]) -> Object:
    """One member: rows for the person, the subscription and the bills are added to `rows`."""
    now, start = w.now(), member["start"]
    stop = min(now, member.get("ended") or now)
    if start > stop:
        raise invalid("A member starts in the past and before its end.", "start")
    unit, count = pattern.recurring["interval"], pattern.recurring["interval_count"]
    bounds = [start]
    while bounds[-1] <= stop:
        bounds.append(shift(start, unit, count * len(bounds)))
    ids = {pattern.found[k][0]["id"]: new_id(PREFIXES[k], 14 if k == "customer" else 24)
           for k in ("customer", "payment_method", "subscription")}  # fmt: skip
    prefix = new_id("x", 8)[2:].upper()
    texts = {
        **ids, pattern.found["customer"][0]["invoice_prefix"]: prefix, f'"{pattern.clock}"': "null",
        json.dumps(EMAIL): json.dumps(member.get("email"), ensure_ascii=False),
        json.dumps(NAME): json.dumps(member.get("name"), ensure_ascii=False),
        json.dumps(MARK): json.dumps(member.get("metadata") or {}, ensure_ascii=False),
        json.dumps(CUSTOMER_MARK): json.dumps(member.get("customer_metadata") or {}, ensure_ascii=False),
        pattern.subscription["items"]["data"][0]["id"]: new_id("si", 14),
    }  # fmt: skip
    wanted = {"all": range(len(bounds) - 1), "latest": range(len(bounds) - 2, len(bounds) - 1), "none": range(0)}[bills]
    latest = None
    for place in wanted:
        latest = _bill(pattern, texts, bounds, place, rows)
    _person(w, pattern, texts, bounds, member, latest, rows)
    key = ids[pattern.subscription["id"]]
    return {"customer": ids[pattern.found["customer"][0]["id"]], "subscription": key, "invoices": len(wanted)}


def _bill(pattern: Pattern, texts: dict[str, str], bounds: list[int], place: int, rows: list[Row]) -> str:
    """The rows of the invoice for one period; answers its id."""
    text, kinds = (pattern.second, 1) if place else (pattern.first, 0)
    begin, end = bounds[place], bounds[place + 1]
    paid = begin + invoices.DRAFT_SECONDS if place else begin
    times = {pattern.ends[0] + invoices.DRAFT_SECONDS: paid, pattern.ends[1]: end, pattern.ends[0]: begin,
             BORN: bounds[place - 1]} if place else {BORN: begin, pattern.ends[0]: end}  # fmt: skip
    fresh = {pattern.found[k][kinds]["id"]: new_id(p) for k, p in PREFIXES.items() if len(pattern.found[k]) > 1}
    fresh |= {line["id"]: new_id("il") for line in pattern.found["invoice"][kinds]["lines"]["data"]}
    number = pattern.found["invoice"][kinds]["number"].rpartition("-")[2]
    old = pattern.found["customer"][0]["invoice_prefix"]
    first = {f"{old}-{number}": f"{texts[old]}-{place + 1:04d}"}
    for before, after in {**first, **texts, **fresh, **{str(k): str(v) for k, v in times.items()}}.items():
        text = text.replace(before, after)
    for thing in json.loads(text):
        rows.append(_row(thing, None, {}))
    return fresh[pattern.found["invoice"][kinds]["id"]]


def _row(thing: Object, due: int | None, hidden: Object) -> Row:
    customer = thing.get("customer")
    return (
        thing["id"], thing["object"], DEFAULT_CLOCK, thing.get("created") or 0,
        customer if isinstance(customer, str) else None, parent_of(thing), *marks(thing), due,
        json.dumps(thing, ensure_ascii=False), json.dumps(hidden),
    )  # fmt: skip


def _person(
    w: World, pattern: Pattern, texts: dict[str, str], bounds: list[int], member: Object, latest: str | None, rows: list[Row]
) -> None:  # fmt: skip
    """The rows of the customer, the card and the subscription as they stand now."""
    things = [pattern.found[k][0] for k in ("customer", "payment_method", "subscription")]
    text = json.dumps(things, ensure_ascii=False)
    for before, after in texts.items():
        text = text.replace(before, after)
    customer, method, subscription = json.loads(text)
    customer.update(created=bounds[0], next_invoice_sequence=len(bounds))
    method["created"] = bounds[0]
    subscription.update(created=bounds[0], start_date=bounds[0], billing_cycle_anchor=bounds[0], latest_invoice=latest)
    for item in subscription["items"]["data"]:
        item.update(created=bounds[0], current_period_start=bounds[-2], current_period_end=bounds[-1])
    _ending(subscription, member, bounds)
    hidden = {k: pattern.hidden[t["id"]] for k, t in zip("cms", things, strict=True)}
    rows.append(_row(customer, None, hidden["c"]))
    rows.append(_row(method, None, hidden["m"]))
    rows.append(_row(subscription, DUE["subscription"](w, subscription), hidden["s"] | {"upcoming_told": None}))


def _ending(subscription: Object, member: Object, bounds: list[int]) -> None:
    details = shapes.new("Subscription.CancellationDetails")
    if member.get("ended"):
        details.update(reason="cancellation_requested", feedback=member.get("feedback"))
        subscription.update(status="canceled", ended_at=member["ended"], canceled_at=member["ended"])
    elif member.get("cancel_at_period_end"):
        details.update(reason="cancellation_requested", feedback=member.get("feedback"))
        subscription.update(cancel_at_period_end=True, cancel_at=bounds[-1], canceled_at=bounds[-2])
    subscription["cancellation_details"] = details
