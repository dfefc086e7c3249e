"""Editions with candidates, and paid orders that wait for them."""

from collections.abc import Sequence
from datetime import timedelta

from accounts.models import User
from ground import clock
from subscriptions.billing import demo
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.boxes.enums import BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxPlan, BoxSubscription, BoxVariant, Credit, Cycle, CycleSlot, Item
from subscriptions.curation.enums import Answer
from subscriptions.curation.models import ItemTrait, SlotChoice, Stance, Substitute, Trait
from tests.factories.accounts import person


def item(sku: str, on_hand: int = 50, **fields: object) -> Item:
    """An item with so many on the shelf."""
    return Item.objects.create(sku=sku, name_zh=sku, name_en=sku, on_hand=on_hand, **fields)


def edition(slug: str, shown: Sequence[Item], state: str = CycleState.ALLOCATING, plan: BoxPlan | None = None) -> Cycle:
    """A cycle whose slots show these items."""
    plan = plan or BoxPlan.objects.create(slug=slug, name_zh=slug, name_en=slug)
    now, months = clock.now(), plan.cycles.count()
    cycle = Cycle.objects.create(
        plan=plan, period=f"2026-{months + 1:02d}", theme_zh=slug, theme_en=slug, season_zh=slug, season_en=slug, state=state,
        opens_at=now - timedelta(days=30), cutoff_at=now - timedelta(days=3), billed_by=now - timedelta(days=2),
        ships_on=now.date(),
    )  # fmt: skip
    for order, one in enumerate(shown):
        CycleSlot.objects.create(cycle=cycle, order=order, item=one, kind_zh="器", kind_en="Thing")
    return cycle


def paid(cycle: Cycle, account: User | None = None, minutes: int = 0, variant: BoxVariant | None = None) -> BoxOrder:
    """A paid order of the cycle; `minutes` after the others it was paid."""
    demo.plans()
    account, now = account or person(), clock.now()
    box = BoxSubscription.objects.filter(account=account, plan=cycle.plan).first() or _box(account, cycle.plan)
    seq = BoxOrder.objects.filter(cycle=cycle, subscription=box).count() + 1
    order = BoxOrder.objects.create(
        cycle=cycle, subscription=box, seq=seq, state=OrderState.PAID, variant=variant, created_at=now, changed_at=now
    )
    Credit.objects.create(
        subscription=box, source=f"il_{order.pk}", order=order, granted_at=now + timedelta(minutes=minutes)
    )
    return order


def _box(account: User, plan: BoxPlan) -> BoxSubscription:
    price, now = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly"), clock.now()
    billing = Subscription.objects.create(
        stripe_id=f"sub_{account.pk}_{plan.pk}", account=account, plan=price.plan, price=price, status="active",
        started_at=now, period_start=now, period_end=now, fetched_at=now,
    )  # fmt: skip
    return BoxSubscription.objects.create(
        account=account, plan=plan, billing=billing, state=BoxState.ACTIVE, created_at=now
    )


def trait(slug: str, *items: Item, kind: str = "exclusion") -> Trait:
    """A trait that these items have."""
    found = Trait.objects.create(slug=slug, name_zh=slug, name_en=slug, kind=kind)
    ItemTrait.objects.bulk_create(ItemTrait(item=one, trait=found) for one in items)
    return found


def says(account: User, trait: Trait, stance: str = Answer.NEVER) -> Stance:
    """What somebody answered."""
    return Stance.objects.create(account=account, trait=trait, stance=stance, at=clock.now())


def candidate(cycle: Cycle, place: int, one: Item, variant: BoxVariant | None = None) -> SlotChoice:
    """One more candidate of the slot at this place."""
    slot = cycle.slots.order_by("order")[place]
    return SlotChoice.objects.create(slot=slot, item=one, variant=variant, order=slot.choices.count())


def substitute(one: Item, other: Item) -> Substitute:
    """What stands in for it."""
    return Substitute.objects.create(item=one, other=other)


def skus(order: BoxOrder) -> set[str]:
    """What lies in a box."""
    return set(order.items.values_list("item__sku", flat=True))
