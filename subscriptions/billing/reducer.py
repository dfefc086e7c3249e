"""Pure: Stripe's objects in, our states out. No database, no clock, no network.

Stripe has periods on subscription items and invoice lines only, and the invoice's subscription under `parent`
(API 2025-03-31.basil and later).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

GRACE = timedelta(days=14)  # how long reading outlives a payment that does not come


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """A subscription as our mirror keeps it."""

    stripe_id: str
    customer: str
    price: str
    status: str
    started_at: datetime
    period_start: datetime
    period_end: datetime
    cancel_at_period_end: bool
    cancel_at: datetime | None
    ended_at: datetime | None
    collection_paused: bool
    collection_resumes_at: datetime | None
    origin: str


@dataclass(frozen=True, slots=True)
class LineState:
    """A line of an invoice."""

    stripe_id: str
    price: str
    amount: int
    quantity: int
    proration: bool
    period_start: datetime
    period_end: datetime


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """An invoice as our mirror keeps it. `subscription` is empty for one-off invoices."""

    stripe_id: str
    customer: str
    subscription: str
    status: str
    billing_reason: str
    currency: str
    total: int
    attempts: int
    next_attempt_at: datetime | None
    pay_url: str
    created_at: datetime
    paid_at: datetime | None
    lines: tuple[LineState, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """What a subscription gives: from `starts` until `ends`. None instead of a Right: nothing."""

    starts: datetime
    ends: datetime


def moment(seconds: int | None) -> datetime | None:
    """Unix seconds as an aware moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id(value: Any) -> str:
    return value["id"] if isinstance(value, dict) else value or ""


def subscription(remote: dict[str, Any]) -> SubscriptionState:
    """Reduce a fetched subscription. Raises `KeyError` when it has no item: nothing that we sell looks so."""
    items = remote["items"]["data"]
    if not items:
        raise KeyError(f"{remote['id']} has no item")
    item = items[0]
    pause = remote.get("pause_collection")
    return SubscriptionState(
        stripe_id=remote["id"],
        customer=_id(remote["customer"]),
        price=_id(item["price"]),
        status=remote["status"],
        started_at=_at(remote["start_date"]),
        period_start=_at(item["current_period_start"]),
        period_end=_at(item["current_period_end"]),
        cancel_at_period_end=bool(remote["cancel_at_period_end"]),
        cancel_at=moment(remote.get("cancel_at")),
        ended_at=moment(remote.get("ended_at")),
        collection_paused=bool(pause),
        collection_resumes_at=moment(pause.get("resumes_at")) if pause else None,
        origin=(remote.get("metadata") or {}).get("origin", ""),
    )


def invoice(remote: dict[str, Any]) -> InvoiceState:
    """Reduce a fetched invoice with its lines."""
    parent = remote.get("parent") or {}
    details = parent.get("subscription_details") or {}
    return InvoiceState(
        stripe_id=remote["id"],
        customer=_id(remote["customer"]),
        subscription=_id(details.get("subscription")),
        status=remote["status"] or "draft",
        billing_reason=remote.get("billing_reason") or "",
        currency=remote["currency"].upper(),
        total=remote["total"],
        attempts=remote["attempt_count"],
        next_attempt_at=moment(remote.get("next_payment_attempt")),
        pay_url=remote.get("hosted_invoice_url") or "",
        created_at=_at(remote["created"]),
        paid_at=moment((remote.get("status_transitions") or {}).get("paid_at")),
        lines=tuple(_line(line) for line in remote["lines"]["data"]),
    )


def _line(remote: dict[str, Any]) -> LineState:
    pricing = (remote.get("pricing") or {}).get("price_details") or {}
    parent = remote.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return LineState(
        stripe_id=remote["id"],
        price=_id(pricing.get("price")),
        amount=remote["amount"],
        quantity=remote.get("quantity") or 1,
        proration=bool(details.get("proration")),
        period_start=_at(remote["period"]["start"]),
        period_end=_at(remote["period"]["end"]),
    )


def right(state: SubscriptionState, grace: timedelta = GRACE) -> Right | None:
    """What a subscription's state gives.

    Active and trialing last until the period's end and the grace after it, so that a renewal which arrives late closes
    no door; the period of a `past_due` one began with the unpaid renewal, so its grace counts from there. Who left
    keeps the period that was paid, and no more.
    """
    if state.status in ("active", "trialing"):
        leaves = state.period_end if state.cancel_at_period_end else state.cancel_at
        ends = leaves if leaves else state.period_end + grace
        return Right(state.started_at, ends)
    if state.status == "past_due":
        return Right(state.started_at, state.period_start + grace)
    return None
