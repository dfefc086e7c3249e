"""Our plans at Stripe: made there once, found again by lookup key. Running it twice changes nothing."""

from django.db import transaction

from ground import facts
from subscriptions.billing import gateway
from subscriptions.billing.models import Plan, PlanPrice


def push() -> int:
    """Create what Stripe does not have yet; answers how many products and prices were made."""
    made = 0
    for plan in Plan.objects.prefetch_related("prices"):
        made += _product(plan)
        for price in plan.prices.all():
            made += _price(plan, price)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Plan, reason="catalogue"))
    return made


def _product(plan: Plan) -> int:
    if plan.stripe_product:
        return 0
    remote = gateway.create_product(name=plan.name_en, target=plan.entitlement, key=f"product:{plan.entitlement}")
    plan.stripe_product = remote["id"]
    plan.save(update_fields=["stripe_product"])
    return 1


def _price(plan: Plan, price: PlanPrice) -> int:
    if price.stripe_price or not price.active:
        return 0
    remote = gateway.find_price(price.lookup_key)
    found = remote is not None
    if remote is None or remote["unit_amount"] != price.amount:
        remote, found = (
            gateway.create_price(
                product=plan.stripe_product or "",
                amount=price.amount,
                currency=price.currency,
                interval=price.interval,
                lookup_key=price.lookup_key,
                key=f"price:{price.lookup_key}:{price.amount}:{price.currency}",
            ),
            False,
        )
    price.stripe_price = remote["id"]
    price.save(update_fields=["stripe_price"])
    return 0 if found else 1
