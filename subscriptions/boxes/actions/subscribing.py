"""Box subscriptions follow their billing subscription; the address comes from the checkout or from the subscriber."""

from typing import Any

from django.db import transaction

from ground import clock
from subscriptions.billing.enums import PlanKind, SubscriptionStatus
from subscriptions.billing.models import Checkout, Subscription
from subscriptions.boxes.actions.cycles import project_one
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import BoxState
from subscriptions.boxes.models import BoxPlan, BoxSubscription

S, B = SubscriptionStatus, BoxState
FOLLOWS = {
    S.INCOMPLETE: B.PENDING,
    S.INCOMPLETE_EXPIRED: B.EXPIRED,
    S.TRIALING: B.ACTIVE,
    S.ACTIVE: B.ACTIVE,
    S.PAST_DUE: B.PAST_DUE,
    S.UNPAID: B.SUSPENDED,
    S.PAUSED: B.PAUSED,
    S.CANCELED: B.ENDED,
}


def follow(subscription: Subscription, before: str) -> None:
    """Hook of billing: bring the box subscription to what Stripe's status means for it."""
    if subscription.plan.kind != PlanKind.BOX:
        return
    plan = BoxPlan.objects.filter(slug=subscription.plan.target).first()
    if plan is None:
        return
    box, new = BoxSubscription.objects.get_or_create(
        billing=subscription,
        defaults={"account": subscription.account, "plan": plan, "created_at": clock.now()},
    )
    wanted = FOLLOWS[SubscriptionStatus(subscription.status)]
    if wanted == B.ACTIVE and subscription.ends_at_period_end:
        wanted = B.CANCELLING
    if box.state != wanted:
        try:
            move(box, wanted, actor="billing", cause=f"subscription {subscription.status}")
        except NotAllowed:
            return  # an old status that arrived late: the table knows better
    if new:
        project_one(box)


def checkout_completed(checkout: Checkout, session: dict[str, Any]) -> None:
    """Hook of billing: the address that was typed on the payment page."""
    collected = session.get("collected_information") or {}
    shipping = collected.get("shipping_details")
    box = BoxSubscription.objects.filter(billing__stripe_id=checkout.subscription_id).first()
    if not (box and shipping) or box.line1:
        return
    address, customer = shipping.get("address") or {}, session.get("customer_details") or {}
    _write(box, {
        "recipient": shipping.get("name") or "",
        "phone": customer.get("phone") or "",
        "line1": address.get("line1") or "",
        "line2": address.get("line2") or "",
        "city": address.get("city") or "",
        "region": address.get("state") or "",
        "postal_code": address.get("postal_code") or "",
        "country": address.get("country") or "",
    })  # fmt: skip


@transaction.atomic
def change_address(*, box: BoxSubscription, address: dict[str, str], actor: str) -> None:
    """The address of every box that has not locked yet."""
    _write(box, address)


def _write(box: BoxSubscription, address: dict[str, str]) -> None:
    for name in BoxSubscription.ADDRESS:
        setattr(box, name, address.get(name, "")[: BoxSubscription._meta.get_field(name).max_length])
    box.save(update_fields=list(BoxSubscription.ADDRESS))
