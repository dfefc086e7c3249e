"""The book of recurring revenue: a row whenever what a subscription brings in a month changes."""

from ground import clock
from subscriptions.billing import reducer
from subscriptions.billing.enums import EARNING
from subscriptions.billing.models import Movement, Subscription


def record(subscription: Subscription) -> None:
    """Write what changed since the last row, if anything did. Inside the transaction of the mirror."""
    last = Movement.objects.filter(subscription=subscription).order_by("-pk").first()
    before = last.after if last else 0
    monthly = subscription.monthly
    after = monthly.amount if subscription.status in EARNING else 0
    if before == after:
        return
    earlier = not last and _paid_before(subscription)
    kind = reducer.movement(
        before, after, status=subscription.status, cause=subscription.cancel_cause, earlier=earlier, rested=bool(last)
    )
    moment = subscription.started_at if not last else subscription.ended_at or clock.now()
    Movement.objects.create(
        subscription=subscription, kind=kind, currency=monthly.currency, before=before, after=after,
        reason=subscription.cancel_reason if kind in (Movement.Kind.LEAVE, Movement.Kind.LOST) else "", at=moment,
    )  # fmt: skip


def _paid_before(subscription: Subscription) -> bool:
    others = Subscription.objects.filter(account=subscription.account_id, plan__kind=subscription.plan.kind)
    return others.exclude(pk=subscription.pk).filter(ended_at__lte=subscription.started_at).exists()
