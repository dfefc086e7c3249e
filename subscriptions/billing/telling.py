"""What members are told about money. Extras: a failure here is logged and never fails the event."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.notices import notify
from subscriptions.billing.enums import ENTITLING, OVER, SubscriptionStatus
from subscriptions.billing.models import Invoice, Subscription

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
        "price": subscription.price.money.format(),
        "interval": subscription.price.interval,
    }


def subscription_changed(subscription: Subscription, before: str) -> None:
    """Welcome on the first right, leave-taking when it was cancelled, farewell at the end."""
    now, ident = subscription.status, subscription.stripe_id
    account, context = subscription.account, _facts(subscription)
    if now in ENTITLING and before not in ENTITLING:
        _safely(lambda: notify(account=account, kind="billing.joined", context=context, dedupe=ident))
    if now in OVER and before in HELD:
        _safely(lambda: notify(account=account, kind="billing.ended", context=context, dedupe=ident))
    if subscription.ends_at_period_end:
        dedupe = f"{ident}:{context['until']}"
        _safely(lambda: notify(account=account, kind="billing.leaving", context=context, dedupe=dedupe))


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
    if invoice.status == "paid" and before != "paid" and invoice.total > 0:
        _safely(lambda: notify(account=account, kind="billing.paid", context=context, dedupe=invoice.stripe_id))
    if invoice.status == "open" and invoice.attempts:
        dedupe = f"{invoice.stripe_id}:{invoice.attempts}"
        _safely(lambda: notify(account=account, kind="billing.failed", context=context, dedupe=dedupe))
