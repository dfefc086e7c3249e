"""Pure: Stripe's objects in, our states out. No database, no clock, no network.

Stripe has periods on subscription items and invoice lines only, and the invoice's subscription under `parent`
(API 2025-03-31.basil and later).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

LATE = timedelta(days=14)
"""How long a right outlives the paid period by itself, so that a renewal we hear of late closes no door."""


@dataclass(frozen=True, slots=True)
class CardState:
    """The card that pays: enough to name it, nothing more. `until` is the last day of its last month."""

    stripe_id: str
    brand: str
    last4: str
    until: date | None


@dataclass(frozen=True, slots=True)
class DiscountState:
    """What is taken off each charge, until when (None: for good)."""

    percent_off: Decimal | None
    amount_off: int | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """A subscription as our mirror keeps it."""

    stripe_id: str
    customer: str
    price: str
    item_id: str
    quantity: int
    status: str
    started_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    cancel_at_period_end: bool
    cancel_at: datetime | None
    ended_at: datetime | None
    collection_paused: bool
    collection_resumes_at: datetime | None
    origin: str
    cancel_reason: str
    cancel_cause: str
    schedule_id: str
    next_price: str
    next_price_at: datetime | None
    discount: DiscountState | None
    card: CardState | None


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
    amount_paid: int
    amount_due: int
    number: str
    needs_action: bool
    attempts: int
    next_attempt_at: datetime | None
    pay_url: str
    pdf_url: str
    created_at: datetime
    paid_at: datetime | None
    lines: tuple[LineState, ...]


@dataclass(frozen=True, slots=True)
class Right:
    """What a payment gives: from `starts` until `ends` (None: for good). None instead of a Right: nothing.

    `overdue_since`: since when the money is missing; how long what then still stands is the ledger's to say.
    """

    starts: datetime
    ends: datetime | None
    overdue_since: datetime | None = None


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
    leaving = remote.get("cancellation_details") or {}
    schedule_id, next_price, next_at = _next(remote.get("schedule"), _id(item["price"]))
    return SubscriptionState(
        stripe_id=remote["id"],
        customer=_id(remote["customer"]),
        price=_id(item["price"]),
        item_id=item["id"],
        quantity=item.get("quantity") or 1,
        status=remote["status"],
        started_at=_at(remote["start_date"]),
        period_start=_at(item["current_period_start"]),
        period_end=_at(item["current_period_end"]),
        trial_end=moment(remote.get("trial_end")),
        cancel_at_period_end=bool(remote["cancel_at_period_end"]),
        cancel_at=moment(remote.get("cancel_at")),
        ended_at=moment(remote.get("ended_at")),
        collection_paused=bool(pause),
        collection_resumes_at=moment(pause.get("resumes_at")) if pause else None,
        origin=(remote.get("metadata") or {}).get("origin", ""),
        cancel_reason=leaving.get("feedback") or "",
        cancel_cause=leaving.get("reason") or "",
        schedule_id=schedule_id,
        next_price=next_price,
        next_price_at=next_at,
        discount=_discount(remote.get("discounts") or [], _at(item["current_period_end"])),
        card=card(remote.get("default_payment_method")),
    )


def _next(schedule: Any, price: str) -> tuple[str, str, datetime | None]:
    """The schedule's id, and the price that follows with its day, if the schedule was expanded and still runs."""
    if not isinstance(schedule, dict) or schedule["status"] not in ("not_started", "active"):
        return "", "", None
    current = (schedule.get("current_phase") or {}).get("start_date") or 0
    for phase in schedule["phases"]:
        following = _id(phase["items"][0]["price"]) if phase["items"] else ""
        if phase["start_date"] > current and following != price:
            return schedule["id"], following, _at(phase["start_date"])
    return schedule["id"], "", None


def _discount(discounts: list[Any], next_charge: datetime) -> DiscountState | None:
    """What is taken off. One for a single charge has no end at Stripe: it goes with the charge that uses it."""
    for found in discounts:
        coupon = (found.get("source") or {}).get("coupon") if isinstance(found, dict) else None
        if isinstance(coupon, dict):
            percent = coupon.get("percent_off")
            return DiscountState(
                percent_off=None if percent is None else Decimal(str(percent)),
                amount_off=coupon.get("amount_off"),
                ends=next_charge if coupon.get("duration") == "once" else moment(found.get("end")),
            )
    return None


def card(method: Any) -> CardState | None:
    """An expanded payment method, if it is a card."""
    details = method.get("card") if isinstance(method, dict) else None
    if not details:
        return None
    year, month = details.get("exp_year"), details.get("exp_month")
    until = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if year and month else None
    return CardState(method["id"], details.get("brand") or "", details.get("last4") or "", until)


def subscription_of(remote: dict[str, Any]) -> str:
    """The id of the subscription that a fetched invoice is for; empty for none."""
    details = (remote.get("parent") or {}).get("subscription_details") or {}
    return str(_id(details.get("subscription")))


def invoice(remote: dict[str, Any]) -> InvoiceState:
    """Reduce a fetched invoice with its lines."""
    return InvoiceState(
        stripe_id=remote["id"],
        customer=_id(remote["customer"]),
        subscription=subscription_of(remote),
        status=remote["status"] or "draft",
        billing_reason=remote.get("billing_reason") or "",
        currency=remote["currency"].upper(),
        total=remote["total"],
        amount_paid=remote.get("amount_paid") or 0,
        amount_due=remote.get("amount_remaining") or 0,
        number=remote.get("number") or "",
        needs_action=_needs_action(remote),
        attempts=remote["attempt_count"],
        next_attempt_at=moment(remote.get("next_payment_attempt")),
        pay_url=remote.get("hosted_invoice_url") or "",
        pdf_url=remote.get("invoice_pdf") or "",
        created_at=_at(remote["created"]),
        paid_at=moment((remote.get("status_transitions") or {}).get("paid_at")),
        lines=tuple(_line(line) for line in remote["lines"]["data"]),
    )


def _needs_action(remote: dict[str, Any]) -> bool:
    """True when the newest payment waits for its owner's bank; `payments` must have been expanded."""
    for entry in (remote.get("payments") or {}).get("data", []):
        intent = (entry.get("payment") or {}).get("payment_intent")
        if remote["status"] == "open" and isinstance(intent, dict) and intent["status"] == "requires_action":
            return True
    return False


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


def right(state: Any, disputed: bool = False) -> Right | None:
    """What a subscription gives: a `SubscriptionState`, or our mirror of one, which has the same names.

    Active and trialing last until the period's end and a little longer, so that a renewal which arrives late closes no
    door; the period of a `past_due` one began with the unpaid renewal, so it is overdue since then. Who left keeps the
    period that was paid, and no more; so does who paused. A disputed charge suspends everything.
    """
    if disputed:
        return None
    if state.status in ("active", "trialing"):
        leaves = state.period_end if state.cancel_at_period_end else state.cancel_at
        return Right(state.started_at, leaves or state.period_end + LATE)
    if state.status == "past_due":
        return Right(state.started_at, state.period_end, overdue_since=state.period_start)
    if state.status == "paused":
        return Right(state.started_at, state.period_end)
    return None


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund, with the payment that it gives back."""

    stripe_id: str
    payment_intent: str
    amount: int
    currency: str
    status: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DisputeState:
    """A dispute, with the payment that it is about."""

    stripe_id: str
    payment_intent: str
    amount: int
    currency: str
    status: str
    reason: str
    created_at: datetime
    due_by: datetime | None


def refund(remote: dict[str, Any]) -> RefundState:
    """Reduce a fetched refund."""
    return RefundState(
        stripe_id=remote["id"],
        payment_intent=_id(remote.get("payment_intent")),
        amount=remote["amount"],
        currency=remote["currency"].upper(),
        status=remote["status"] or "pending",
        reason=remote.get("reason") or "",
        created_at=_at(remote["created"]),
    )


def dispute(remote: dict[str, Any]) -> DisputeState:
    """Reduce a fetched dispute."""
    return DisputeState(
        stripe_id=remote["id"],
        payment_intent=_id(remote.get("payment_intent")),
        amount=remote["amount"],
        currency=remote["currency"].upper(),
        status=remote["status"],
        reason=remote.get("reason") or "",
        created_at=_at(remote["created"]),
        due_by=moment((remote.get("evidence_details") or {}).get("due_by")),
    )


def movement(before: int, after: int, *, status: str, cause: str, earlier: bool, rested: bool) -> str:
    """Which kind of movement a change of monthly revenue (minor units) is.

    `earlier`: the account had paid before; `rested`: this subscription itself had been at nought before.
    """
    if before == 0:
        return "resume" if rested else "return" if earlier else "join"
    if after == 0:
        if status == "paused":
            return "pause"
        return "lost" if status == "unpaid" or cause in ("payment_failed", "payment_disputed") else "leave"
    return "upgrade" if after > before else "downgrade"
