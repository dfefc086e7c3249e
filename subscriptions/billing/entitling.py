"""The only bridge from money to rights."""

from membership.actions import Source, grant, revoke
from membership.models import EntitlementGrant
from subscriptions.billing import reducer
from subscriptions.billing.enums import CheckoutKind, PlanKind
from subscriptions.billing.models import Checkout, Dispute, Subscription

ACTOR = "billing"


def source_of(subscription: Subscription) -> Source:
    """The ledger's name for this subscription."""
    return Source("plan", subscription.stripe_id)


def disputed(subscription: Subscription) -> bool:
    """True while a charge of it is disputed, or was lost."""
    found = Dispute.objects.filter(invoice__subscription=subscription)
    return any(dispute.suspends for dispute in found)


def right_of(subscription: Subscription) -> reducer.Right | None:
    """What the mirrored subscription gives now."""
    return reducer.right(subscription, disputed=disputed(subscription))


def follow(subscription: Subscription) -> None:
    """Make the ledger say what the subscription gives; a change of plan moves the grant, an end ends it."""
    if subscription.plan.kind == PlanKind.GROUP:
        _seats(subscription)
        return
    source, key, right = source_of(subscription), subscription.plan.entitlement, right_of(subscription)
    account = subscription.account
    there = list(account.entitlement_grants.filter(source_kind=source.kind, source_id=source.id))
    if right and [_says(old) for old in there] == [(key, right)]:
        return  # mostly so: an invoice follows its subscription
    for old in there:
        if old.key != key:
            revoke(account=account, source=source, actor=ACTOR, key=old.key)
    if right is None:
        revoke(account=account, source=source, actor=ACTOR, at=subscription.ended_at)
    else:
        grant(account=account, key=key, source=source, actor=ACTOR, starts=right.starts, ends=right.ends,
              overdue_since=right.overdue_since)  # fmt: skip


def _says(found: EntitlementGrant) -> tuple[str, reducer.Right]:
    """A grant as the right that it gives."""
    return found.key, reducer.Right(found.starts, found.ends, found.overdue_since)


def _seats(subscription: Subscription) -> None:
    """One payer, several seats: what each seat opens is the block's to say."""
    from membership.seats.actions import set_block

    right = right_of(subscription)
    set_block(
        owner=subscription.account,
        tier_key=subscription.plan.target,
        source=source_of(subscription),
        seats=subscription.quantity if right else 0,
        starts=right.starts if right else subscription.started_at,
        ends=right.ends if right else subscription.ended_at,
        actor=ACTOR,
        overdue_since=right.overdue_since if right else None,
    )


def follow_once(checkout: Checkout, stands: bool) -> None:
    """A lifetime: its right stands as long as the money does. Boxes paid ahead open what they open while they come."""
    price = checkout.price
    if checkout.kind != CheckoutKind.ONCE or price is None or price.plan.kind == PlanKind.BOX:
        return
    source, key = Source("once", str(checkout.key)), checkout.price.plan.entitlement  # type: ignore[union-attr]
    if stands:
        grant(account=checkout.account, key=key, source=source, actor=ACTOR, starts=checkout.completed_at)
    else:
        revoke(account=checkout.account, source=source, actor=ACTOR, key=key)
