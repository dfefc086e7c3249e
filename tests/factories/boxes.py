"""Box orders for tests that need no money."""

from ground import clock
from subscriptions.billing import demo
from subscriptions.billing.models import PlanPrice, Subscription
from subscriptions.boxes.enums import BoxState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Cycle
from tests.factories.accounts import person


def paid_orders(cycle: Cycle, count: int) -> list[BoxOrder]:
    """That many paid orders of the cycle, each of a subscriber of its own."""
    demo.plans()
    price, now = PlanPrice.objects.select_related("plan").get(lookup_key="box-monthly"), clock.now()
    found = []
    for _ in range(count):
        account = person()
        billing = Subscription.objects.create(
            stripe_id=f"sub_{account.pk}", account=account, plan=price.plan, price=price, status="active",
            started_at=now, period_start=now, period_end=now, fetched_at=now,
        )  # fmt: skip
        box = BoxSubscription.objects.create(
            account=account, plan=cycle.plan, billing=billing, state=BoxState.ACTIVE, created_at=now
        )
        found.append(
            BoxOrder.objects.create(
                cycle=cycle, subscription=box, state=OrderState.PAID, created_at=now, changed_at=now
            )
        )
    return found
