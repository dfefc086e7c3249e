"""Invoices, refunds and disputes of the last weeks, compared with Stripe's by pages: what no event ever told of is found here."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any

from ground import clock
from subscriptions.billing import gateway, returns, sync
from subscriptions.billing.models import Customer, Dispute, DriftReport, Invoice, Refund

WINDOW = timedelta(days=40)
"""Before the last comparison: longer than the retries of a payment."""
PAGE = 100
Remote = dict[str, Any]


def differences() -> Iterator[tuple[Remote, Callable[[], object]]]:
    """`(finding, how to mend it)` for each that is missing here or stands differently. Two queries for a hundred."""
    since = {"gte": _since()}
    yield from _invoices(gateway.invoices(created=since))
    yield from _returned("refund", Refund, gateway.refunds(created=since), returns.refund)
    yield from _returned("dispute", Dispute, gateway.disputes(created=since), returns.dispute)


def _since() -> int:
    """Unix seconds from which on papers are compared: everything the first time, and after a time without comparisons."""
    last = DriftReport.objects.order_by("-made_at").first()
    return max(0, int((min(last.made_at, clock.now()) - WINDOW).timestamp())) if last else 0


def _pages(remotes: Iterable[Remote]) -> Iterator[list[Remote]]:
    rest = iter(remotes)
    while page := list(islice(rest, PAGE)):
        yield page


def _invoices(remotes: Iterable[Remote]) -> Iterator[tuple[Remote, Callable[[], object]]]:
    for page in _pages(remotes):
        ours = set(
            Customer.objects.filter(stripe_id__in={_id(r["customer"]) for r in page}).values_list(
                "stripe_id", flat=True
            )
        )
        known = {i.stripe_id: i.status for i in Invoice.objects.filter(stripe_id__in=[r["id"] for r in page])}
        for remote in page:
            if _id(remote["customer"]) in ours and known.get(remote["id"]) != remote["status"]:
                yield _told("invoice", remote, known), partial(sync.invoice, remote["id"])


def _returned(
    what: str, model: Any, remotes: Iterable[Remote], mend: Callable[[str], object]
) -> Iterator[tuple[Remote, Callable[[], object]]]:
    for page in _pages(remotes):
        known = {row.stripe_id: row.status for row in model.objects.filter(stripe_id__in=[r["id"] for r in page])}
        for remote in page:
            if known.get(remote["id"]) != remote["status"] and _of_ours(remote):
                yield _told(what, remote, known), partial(mend, remote["id"])


def _of_ours(remote: Remote) -> bool:
    """A payment of somebody else's product on the same account has no invoice of a customer of ours."""
    intent = _id(remote.get("payment_intent"))
    found = gateway.invoice_of(intent) if intent else ""
    if not found:
        return False
    customer = _id(gateway.invoice(found)["customer"])
    return Customer.objects.filter(stripe_id=customer).exists()


def _id(value: Any) -> str:
    return str(value["id"] if isinstance(value, dict) else value or "")


def _told(what: str, remote: Remote, known: dict[str, str]) -> Remote:
    ours = known.get(remote["id"], "")
    return {"subscription": remote["id"], "what": f"{what} differs" if ours else f"{what} missing", "ours": ours,
            "stripe": remote["status"]}  # fmt: skip
