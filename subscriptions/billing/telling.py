"""What members are told about money. Extras: a failure here is logged and never fails the event."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.notices import notify
from subscriptions.billing.enums import ENTITLING, OVER
from subscriptions.billing.models import Invoice, Subscription

log = logging.getLogger("subscriptions.billing.telling")


def _after_commit(tell: Callable[[], Any]) -> None:
    def safely() -> None:
        try:
            tell()
        except Exception:
            log.exception("a notice could not be written")

    transaction.on_commit(safely)


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
        _after_commit(lambda: notify(account=account, kind="billing.joined", context=context, dedupe=ident))
    if now in OVER and before and before not in OVER:
        _after_commit(lambda: notify(account=account, kind="billing.ended", context=context, dedupe=ident))
    if subscription.ends_at_period_end:
        dedupe = f"{ident}:{context['until']}"
        _after_commit(lambda: notify(account=account, kind="billing.leaving", context=context, dedupe=dedupe))


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
        _after_commit(lambda: notify(account=account, kind="billing.paid", context=context, dedupe=invoice.stripe_id))
    if invoice.status == "open" and invoice.attempts:
        dedupe = f"{invoice.stripe_id}:{invoice.attempts}"
        _after_commit(lambda: notify(account=account, kind="billing.failed", context=context, dedupe=dedupe))
