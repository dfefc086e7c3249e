"""Our plans at Stripe: made there once, found again by lookup key. Running it twice changes nothing."""

from django.db import transaction
from django.db.models import Max

from ground import clock, facts
from subscriptions.billing import deals, gateway
from subscriptions.billing.models import Deal, Plan, PlanPrice


def push() -> int:
    """Create what Stripe does not have yet; answers how many products and prices were made."""
    made = 0
    for plan in Plan.objects.prefetch_related("prices"):
        made += _product(plan)
        for price in plan.prices.all():
            made += _price(plan, price)
    for deal in Deal.objects.filter(stripe_coupon="", archived=False).select_related("price__plan"):
        deals.push(deal)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Plan, reason="catalogue"))
    return made


def _product(plan: Plan) -> int:
    if plan.stripe_product:
        return 0
    remote = gateway.create_product(name=plan.name_en, target=plan.entitlement, key=f"product:{plan}")
    plan.stripe_product = remote["id"]
    plan.save(update_fields=["stripe_product"])
    return 1


def _price(plan: Plan, price: PlanPrice) -> int:
    if price.stripe_price:
        if price.retired_at and not price.active:
            gateway.close_price(price.stripe_price, key=f"close-price:{price.stripe_price}")
        return 0
    if not price.active:
        return 0
    remote = gateway.find_price(price.lookup_key)
    found = remote is not None
    if remote is None or not _same(remote, price):
        remote, found = (
            gateway.create_price(
                product=plan.stripe_product or "",
                amount=price.amount,
                currency=price.currency,
                months=price.months,
                lookup_key=price.lookup_key,
                key=f"price:{price.pk}:{price.lookup_key}:{price.amount}:{price.currency}:{price.interval}",
            ),
            False,
        )
    price.stripe_price = remote["id"]
    price.save(update_fields=["stripe_price"])
    return 0 if found else 1


def _same(remote: dict[str, object], price: PlanPrice) -> bool:
    return (remote["unit_amount"], remote["currency"]) == (price.amount, price.currency.lower())


@transaction.atomic
def change_price(*, price: PlanPrice, amount: int) -> PlanPrice:
    """A new price in the place of this one: it takes the name, the old one is kept by those who pay it.

    `amount` in minor units of the same currency. Answers the new price; `push` makes it at Stripe. The same amount
    changes nothing. Raises `ValueError` for a price that is no longer sold.
    """
    old = PlanPrice.objects.select_for_update().get(pk=price.pk)
    if not old.active:
        raise ValueError(f"{old.lookup_key} is not sold any more")
    if old.amount == amount:
        return old
    name = old.lookup_key
    number = PlanPrice.objects.filter(lookup_key__startswith=f"{name}-was-").aggregate(n=Max("pk"))["n"] or 0
    old.lookup_key, old.active, old.retired_at = f"{name}-was-{max(number, old.pk)}", False, clock.now()
    old.save(update_fields=["lookup_key", "active", "retired_at"])
    return PlanPrice.objects.create(
        plan=old.plan, lookup_key=name, currency=old.currency, amount=amount, interval=old.interval,
        gift_months=old.gift_months, boxes=old.boxes,
    )  # fmt: skip


@transaction.atomic
def add_price(
    *, plan: Plan, currency: str, interval: str, amount: int, boxes: int | None = None, gift_months: int | None = None
) -> PlanPrice:
    """One more way to pay for a plan; `push` makes it at Stripe. `amount` in minor units of `currency` (ISO, upper case).

    Paid once, it buys so many `boxes` ahead or gives so many `gift_months`. Raises `IntegrityError` where the plan is
    sold in that currency and interval already: change that price instead.
    """
    how = f"gift-{gift_months}" if gift_months else f"ahead-{boxes}" if boxes else interval
    name = "-".join(part for part in (plan.kind, plan.target, how, currency.lower()) if part)
    taken = PlanPrice.objects.filter(lookup_key__startswith=name).count()
    return PlanPrice.objects.create(
        plan=plan,
        lookup_key=f"{name}-{taken + 1}" if taken else name,
        currency=currency,
        interval=interval,
        amount=amount,
        boxes=boxes,
        gift_months=gift_months,
    )


@transaction.atomic
def retire(*, price: PlanPrice) -> None:
    """Sell it no longer; who pays it goes on paying it."""
    PlanPrice.objects.filter(pk=price.pk, active=True).update(active=False, retired_at=clock.now())
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Plan, reason="price"))
