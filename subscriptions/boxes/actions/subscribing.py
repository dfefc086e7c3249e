"""Box subscriptions follow their billing subscription; the address comes from the checkout or from the subscriber."""

from typing import Any

from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.billing.enums import CheckoutKind, PlanKind, SubscriptionStatus
from subscriptions.billing.models import Checkout, PlanPrice, Subscription
from subscriptions.boxes.actions import announcing, credits, firsts, prepaying
from subscriptions.boxes.actions.cycles import project_one
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import CHANGEABLE, BoxState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, BoxVariant

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
NEVER_PAID = (OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.UNPAID)
CAME_BACK = frozenset({B.PAUSED, B.CANCELLING})  # their next charge may be nearer than its letter
OVER = frozenset({B.ENDED, B.EXPIRED, B.PREPAID_ONLY})


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
    wanted, before_it = _wanted(subscription, box), box.state
    if box.state != wanted:
        try:
            move(box, wanted, actor="billing", cause=f"subscription {subscription.status}")
        except NotAllowed:
            return  # an old status that arrived late: the table knows better
        if wanted in OVER:
            _wind_up(box)
        if wanted == B.ACTIVE and before_it in CAME_BACK and not subscription.collection_paused:
            box.billing = subscription
            announcing.tell_now(box)
    if new:
        project_one(box)


def _wanted(subscription: Subscription, box: BoxSubscription) -> BoxState:
    """What Stripe's status means. What was paid and not sent yet still comes after the end."""
    wanted = FOLLOWS[SubscriptionStatus(subscription.status)]
    if wanted == B.ACTIVE and subscription.ends_at_period_end:
        return B.CANCELLING
    if wanted == B.ENDED and box.state == B.PREPAID_ONLY:
        return B.PREPAID_ONLY  # the clock ends it when the last box has left the house
    if wanted == B.ENDED and box.state != B.ENDED and credits.unspent(box):
        return B.PREPAID_ONLY
    return wanted


def _wind_up(box: BoxSubscription) -> None:
    """No box is planned any more that nobody will pay: those with a credit stay."""
    free = credits.unspent(box)
    planned = BoxOrder.objects.filter(subscription=box, state__in=CHANGEABLE).order_by("cycle__cutoff_at", "pk")
    for order in planned:
        if order.state == OrderState.PROJECTED and free:
            free -= 1
        elif order.state == OrderState.PROJECTED:
            move(order, OrderState.CANCELLED, actor="billing", cause="the subscription is over")
    if box.billing and not box.billing.invoices.filter(status="open").exists():
        waiting = BoxOrder.objects.filter(subscription=box, state__in=NEVER_PAID)
        for order in waiting:  # nothing will pay for these any more
            move(order, OrderState.CANCELLED, actor="billing", cause="the subscription is over")


def checkout_completed(checkout: Checkout, session: dict[str, Any]) -> None:
    """Hook of billing: the address that was typed on the payment page, and the variant chosen before it."""
    price = checkout.price
    if price is None or price.plan.kind != PlanKind.BOX or checkout.kind == CheckoutKind.GIFT:
        return
    box = _box_of(checkout, price)
    if box is None:
        return
    again = checkout.kind == CheckoutKind.ONCE  # more boxes for one who has some: what was typed last counts
    if checkout.choice and (again or box.variant_id is None):
        box.variant = BoxVariant.objects.filter(plan=box.plan_id, slug=checkout.choice, active=True).first()
        box.save(update_fields=["variant"])
    shipping = (session.get("collected_information") or {}).get("shipping_details")
    if shipping and (again or not box.line1):
        _write(box, _typed(shipping, session.get("customer_details") or {}))
        firsts.address_known(box)


def _box_of(checkout: Checkout, price: PlanPrice) -> BoxSubscription | None:
    if checkout.kind == CheckoutKind.ONCE:
        plan = BoxPlan.objects.filter(slug=price.plan.target).first()
        return prepaying.box_for(account=checkout.account, plan=plan) if plan else None
    return BoxSubscription.objects.filter(billing__stripe_id=checkout.subscription_id).first()


def _typed(shipping: dict[str, Any], customer: dict[str, Any]) -> dict[str, str]:
    address = shipping.get("address") or {}
    return {
        "recipient": shipping.get("name") or "",
        "phone": customer.get("phone") or "",
        "line1": address.get("line1") or "",
        "line2": address.get("line2") or "",
        "city": address.get("city") or "",
        "region": address.get("state") or "",
        "postal_code": address.get("postal_code") or "",
        "country": address.get("country") or "",
    }


def paid_once(checkout: Checkout, stands: bool) -> None:
    """Hook of billing: boxes that were paid ahead. Their money gone, what is not packed goes with it."""
    price = checkout.price
    if checkout.kind != CheckoutKind.ONCE or price is None or price.plan.kind != PlanKind.BOX or not price.boxes:
        return
    plan = BoxPlan.objects.filter(slug=price.plan.target).first()
    if plan is None:
        return
    source = f"{prepaying.BOUGHT}{checkout.key}"
    prepaying.paid(account=checkout.account, plan=plan, count=price.boxes, source=source, stands=stands)


def first_at_once(price: PlanPrice, account: User) -> PlanPrice | None:
    """Hook of billing: the price of the first box, for a plan that sends one at once and has one that is new to them."""
    if price.plan.kind != PlanKind.BOX:
        return None
    plan = BoxPlan.objects.filter(slug=price.plan.target).first()
    if plan is None or firsts.cycle_for(plan, account) is None:
        return None
    return firsts.price_of(plan, price.currency)


@transaction.atomic
def change_address(*, box: BoxSubscription, address: dict[str, str], actor: str) -> None:
    """The address of every box that has not locked yet, but for those that were given one of their own."""
    _write(box, address)


@transaction.atomic
def address_of_one(*, order: BoxOrder, address: dict[str, str], actor: str) -> None:
    """Where this one box goes, until its cut-off. Raises `NotAllowed` afterwards."""
    found = {name: str(address.get(name, ""))[:160] for name in BoxSubscription.ADDRESS}
    rows = BoxOrder.objects.filter(pk=order.pk, state__in=CHANGEABLE)
    if not rows.update(address=found, own_address=True, changed_at=clock.now()):
        raise NotAllowed(f"order {order.pk} has locked")


@transaction.atomic
def usual_address(*, order: BoxOrder, actor: str) -> None:
    """This box goes where the others go after all. Raises `NotAllowed` after the cut-off."""
    rows = BoxOrder.objects.filter(pk=order.pk, state__in=CHANGEABLE)
    if not rows.update(address={}, own_address=False, changed_at=clock.now()):
        raise NotAllowed(f"order {order.pk} has locked")


@transaction.atomic
def choose_variant(*, box: BoxSubscription, variant: BoxVariant, actor: str, order: BoxOrder | None = None) -> None:
    """Another variant, from the next cut-off on; with `order` for that box alone. Raises `NotAllowed` for a variant of
    another plan or one no longer made, and after the order's cut-off."""
    if variant.plan_id != box.plan_id or not variant.active:
        raise NotAllowed(f"variant {variant.pk}")
    if order is None:
        box.variant = variant
        box.save(update_fields=["variant"])
        BoxOrder.objects.filter(subscription=box, state__in=CHANGEABLE).update(variant=None)
    elif not BoxOrder.objects.filter(pk=order.pk, state__in=CHANGEABLE).update(variant=variant):
        raise NotAllowed(f"order {order.pk} has locked")


def _write(box: BoxSubscription, address: dict[str, str]) -> None:
    for name in BoxSubscription.ADDRESS:
        setattr(box, name, address.get(name, "")[: BoxSubscription._meta.get_field(name).max_length])  # type: ignore[union-attr]
    box.save(update_fields=list(BoxSubscription.ADDRESS))
