"""The only bridge from money to rights."""

from membership.actions import Source, grant, revoke
from subscriptions.billing.models import Subscription
from subscriptions.billing.reducer import Right

ACTOR = "billing"


def source_of(subscription: Subscription) -> Source:
    """The ledger's name for this subscription."""
    return Source("plan", subscription.stripe_id)


def follow(subscription: Subscription, right: Right | None) -> None:
    """Make the ledger say what the subscription gives; a change of plan moves the grant, an end ends it."""
    source, key = source_of(subscription), subscription.plan.entitlement
    for old in subscription.account.entitlement_grants.filter(source_kind=source.kind, source_id=source.id).exclude(
        key=key
    ):
        revoke(account=subscription.account, source=source, actor=ACTOR, key=old.key)
    if right is None:
        revoke(account=subscription.account, source=source, actor=ACTOR, at=subscription.ended_at)
    else:
        grant(account=subscription.account, key=key, source=source, actor=ACTOR, starts=right.starts, ends=right.ends)
