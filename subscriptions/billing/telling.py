"""What members are told about money. Extras: a failure here is logged and never fails the event."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.notices import notify
from subscriptions.billing.enums import ENTITLING, OVER, CheckoutKind, SubscriptionStatus
from subscriptions.billing.models import Checkout, Dispute, Invoice, OutboxCall, Refund, Subscription

log = logging.getLogger("subscriptions.billing.telling")
HELD = ENTITLING | {SubscriptionStatus.UNPAID, SubscriptionStatus.PAUSED}  # who never paid has nothing that ends


def _safely(tell: Callable[[], Any]) -> None:
    """In the transaction of what is told, so that a crash loses neither; under a savepoint, so that a fault in it
    does not take the money's row along."""
    try:
        with transaction.atomic():
            tell()
    except Exception:
        log.exception("a notice could not be written")


def _facts(subscription: Subscription) -> dict[str, Any]:
    return {
        "plan_zh": subscription.plan.name_zh,
        "plan_en": subscription.plan.name_en,
        "kind": subscription.plan.kind,
        "until": subscription.period_end.isoformat(),
        "price": subscription.charge.format(),
        "interval": subscription.price.interval,
    }


def subscription_changed(subscription: Subscription, before: str, price_before: int | None = None) -> None:
    """Welcome on the first right, what changed or will, leave-taking when it was cancelled, farewell at the end."""
    now, ident = subscription.status, subscription.stripe_id
    context = _facts(subscription)
    if now in ENTITLING and before not in HELD:
        _tell(subscription, "joined", context, ident)
    elif price_before not in (None, subscription.price_id):
        _tell(subscription, "changed", context, f"{ident}:{subscription.price_id}:{context['until']}")
    if now in OVER and before in HELD:
        _tell(subscription, "lost" if subscription.cancel_cause == "payment_failed" else "ended", context, ident)
    if subscription.ends_at_period_end:
        _tell(subscription, "leaving", context | {"until": _iso(subscription.leaves_at)}, f"{ident}:{context['until']}")
    if now == SubscriptionStatus.PAUSED and before in ENTITLING:
        _rests(subscription, context)
    coming = subscription.next_price
    if coming and subscription.next_price_at:
        facts = {"until": _iso(subscription.next_price_at), "price": (coming.money * subscription.quantity).format(),
                 "next_zh": coming.plan.name_zh, "next_en": coming.plan.name_en}  # fmt: skip
        _tell(subscription, "planned", context | facts, f"{ident}:{coming.pk}:{facts['until']}")


def _rests(subscription: Subscription, context: dict[str, Any]) -> None:
    rest = subscription.pauses.filter(ended_at=None).first()
    if rest:
        _tell(
            subscription, "resting", context | {"until": rest.until.isoformat()}, f"{subscription.stripe_id}:{rest.pk}"
        )


def call_refused(subscription: Subscription, call: OutboxCall) -> None:
    """What a member asked for could not be done, and no page said so: once for each call."""
    kind = "declined" if call.code else "undone"
    _tell(subscription, kind, _facts(subscription), call.key[-120:])


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _tell(subscription: Subscription, kind: str, context: dict[str, Any], dedupe: str) -> None:
    _safely(lambda: notify(account=subscription.account, kind=f"billing.{kind}", context=context, dedupe=dedupe))


def invoice_changed(invoice: Invoice, before: str) -> None:
    """A receipt for money that moved; a pay link for each attempt that failed."""
    account = invoice.account
    context = {
        "sum": invoice.money.format(),
        "pay_url": invoice.pay_url,
        "plan_zh": invoice.subscription.plan.name_zh if invoice.subscription else "",
        "plan_en": invoice.subscription.plan.name_en if invoice.subscription else "",
        "next_attempt": invoice.next_attempt_at.isoformat() if invoice.next_attempt_at else "",
    }
    if invoice.status == "paid" and before != "paid" and invoice.total > 0 and not _told_elsewhere(invoice):
        _safely(lambda: notify(account=account, kind="billing.paid", context=context, dedupe=invoice.stripe_id))
    if invoice.status == "open" and invoice.attempts and not _told_elsewhere(invoice):
        kind = "billing.action" if invoice.needs_action else "billing.failed"
        dedupe = f"{invoice.stripe_id}:{invoice.attempts}"
        _safely(lambda: notify(account=account, kind=kind, context=context, dedupe=dedupe))


def _told_elsewhere(invoice: Invoice) -> bool:
    """A single thing, on a page or to a saved card: whoever sold it says what was bought, paid or refused, and by name."""
    told = [CheckoutKind.CHARGE, CheckoutKind.THING]
    return (
        invoice.subscription is None and Checkout.objects.filter(invoice_id=invoice.stripe_id, kind__in=told).exists()
    )


def refund_changed(refund: Refund, before: str) -> None:
    """Money is on its way back: told once for each refund."""
    if refund.counts:
        context = {"sum": refund.money.format()}
        account = refund.account
        _safely(lambda: notify(account=account, kind="billing.refunded", context=context, dedupe=refund.stripe_id))


def dispute_changed(dispute: Dispute, before: str) -> None:
    """What a disputed charge paid for rests: told once for each dispute."""
    if dispute.suspends:
        context = {"sum": dispute.money.format()}
        account = dispute.account
        _safely(lambda: notify(account=account, kind="billing.disputed", context=context, dedupe=dispute.stripe_id))
