"""Renewal notices: at least five days before each charge."""

from datetime import datetime, timedelta

from accounts.notices import notify
from subscriptions.billing.enums import SubscriptionStatus
from subscriptions.billing.models import Subscription

BEFORE = timedelta(days=5, hours=12)


def tell_renewals(now: datetime) -> int:
    """Tell everybody whose next charge is within five and a half days, once per charge; answers how many."""
    due = Subscription.objects.filter(
        status__in=[SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING],
        cancel_at_period_end=False,
        cancel_at=None,
        collection_paused=False,
        period_end__gt=now,
        period_end__lte=now + BEFORE,
    ).select_related("account", "plan", "price")
    told = 0
    for row in due.iterator():
        context = {
            "plan_zh": row.plan.name_zh,
            "plan_en": row.plan.name_en,
            "price": row.price.money.format(),
            "until": row.period_end.isoformat(),
            "subscription": row.stripe_id,
        }
        dedupe = f"{row.stripe_id}:{row.period_end:%Y-%m-%d}"
        told += notify(account=row.account, kind="billing.renewal", context=context, dedupe=dedupe) is not None
    return told
