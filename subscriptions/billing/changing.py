"""Another tier, another interval, more or fewer seats: up at once with the exact sum shown before, down at the period's
end by a schedule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from ground import clock
from ground.money import Money
from membership.models import Tier
from subscriptions.billing import actions, gateway, outbox, releasing
from subscriptions.billing import lines as lines_of
from subscriptions.billing.enums import Interval, PlanKind, SubscriptionStatus
from subscriptions.billing.lines import Line
from subscriptions.billing.models import OutboxCall, PlanPrice, Subscription

CHANGEABLE = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING})


class When(StrEnum):
    """When a change takes hold."""

    NOW = "now"
    LATER = "later"


class CannotChange(Exception):
    """The price is not sold, is the present one, or the subscription does not run."""


class SumMoved(Exception):
    """The sum is no longer the one that was shown; the new preview is the argument."""

    def __init__(self, preview: "Preview") -> None:
        super().__init__(str(preview.due))
        self.preview = preview


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change costs: `due` now, `credit` left for later charges, and the regular charge from then on.

    `moment` is Stripe's `proration_date` (unix seconds): the same moment gives the same sum.
    """

    price: PlanPrice
    quantity: int
    when: When
    at: datetime
    due: Money
    credit: Money
    lines: Sequence[Line]
    moment: int

    @property
    def regular(self) -> Money:
        """What each later period costs."""
        return self.price.money * self.quantity


def choices(subscription: Subscription) -> list[PlanPrice]:
    """Prices that this subscription can change to, by tier and interval. Two queries."""
    kind = subscription.plan.kind
    if kind == PlanKind.BOX:
        rows = PlanPrice.objects.filter(plan=subscription.plan)
    else:
        open_tiers = Tier.objects.filter(archived=False, visible=True).values_list("key", flat=True)
        rows = PlanPrice.objects.filter(plan__kind=kind, plan__target__in=list(open_tiers))
    rows = rows.filter(active=True, stripe_price__isnull=False, currency=subscription.price.currency)
    rows = rows.exclude(interval=Interval.ONCE).exclude(pk=subscription.price_id).select_related("plan")
    ranks = _ranks()
    return sorted(rows, key=lambda p: (ranks.get(p.plan.target, 0), p.months or 0))


def when(subscription: Subscription, price: PlanPrice, quantity: int, ranks: dict[str, int]) -> When:
    """Up is at once: a higher tier, then a longer interval, then more seats. Everything else waits for the period's end.

    A trial changes at once: nothing was paid yet. A box waits: what is paid of it is boxes, and part of one cannot be sent.
    """
    if subscription.plan.kind == PlanKind.BOX:
        return When.LATER
    if subscription.status == SubscriptionStatus.TRIALING:
        return When.NOW
    old = (ranks.get(subscription.plan.target, 0), subscription.price.months or 0, subscription.quantity)
    new = (ranks.get(price.plan.target, 0), price.months or 0, quantity)
    return When.NOW if new > old else When.LATER


def preview(subscription: Subscription, price: PlanPrice, quantity: int = 1, moment: int | None = None) -> Preview:
    """What the change would cost at that moment (default: now). Raises `CannotChange`, `GatewayError`."""
    _refuse(subscription, price, quantity)
    chosen = when(subscription, price, quantity, _ranks())
    nothing = Money(0, price.currency)
    if chosen == When.LATER:
        return Preview(price, quantity, chosen, subscription.period_end, nothing, nothing, (), 0)
    at = moment or int(clock.now().timestamp())
    remote = gateway.preview(
        customer=subscription.account.billing_customer.stripe_id,
        subscription=subscription.stripe_id,
        subscription_details={
            "items": [_item(subscription, price, quantity)],
            "proration_behavior": "always_invoice",
            "proration_date": at,
        },
    )
    lines = _lines(remote["lines"]["data"], price.currency)
    credit = Money(max(0, -remote["total"]), price.currency)
    return Preview(price, quantity, chosen, clock.now(), Money(remote["amount_due"], price.currency), credit, lines, at)


def _lines(remote: Sequence[Mapping[str, Any]], currency: str) -> list[Line]:
    known = PlanPrice.objects.filter(stripe_price__in=lines_of.prices_in(remote)).select_related("plan")
    return lines_of.told(remote, {row.stripe_price or "": row for row in known}, currency)


def change(*, subscription: Subscription, price: PlanPrice, quantity: int = 1, moment: int = 0,
           shown: int | None = None) -> OutboxCall:  # fmt: skip
    """Make the change as it was shown: `moment` and the sum `shown` (minor units) come from the preview.

    A declined card changes nothing: the answered call is `failed`, with its `code`. Raises `CannotChange`, `SumMoved`,
    `GatewayError`.
    """
    found = preview(subscription, price, quantity, moment or None)
    if found.when == When.NOW and shown is not None and found.due.amount != shown:
        raise SumMoved(found)
    return _now(subscription, found) if found.when == When.NOW else _later(subscription, found)


@transaction.atomic
def _now(subscription: Subscription, wanted: Preview) -> OutboxCall:
    actions.release(actions.locked(subscription))
    params = {
        "items": [_item(subscription, wanted.price, wanted.quantity)],
        "proration_behavior": "always_invoice",
        "proration_date": wanted.moment,
        "payment_behavior": "error_if_incomplete",
        "cancel_at_period_end": False,
    }
    key = f"change:{subscription.stripe_id}:{wanted.price.stripe_price}:{wanted.quantity}:{wanted.moment}"
    return outbox.put(key=key, object_id=subscription.stripe_id, params=params)


@transaction.atomic
def _later(subscription: Subscription, wanted: Preview) -> OutboxCall:
    """Two tabs that plan the same change plan it once."""
    row = actions.locked(subscription)
    params = {"price": wanted.price.stripe_price, "quantity": wanted.quantity}
    planned = actions.planned(row)
    if planned and planned.params == params:
        return planned
    actions.release(row)
    key = actions.key_for("later", row)
    return outbox.put(key=key, object_id=row.stripe_id, params=params, kind=outbox.SCHEDULE)


@transaction.atomic
def undo(*, subscription: Subscription) -> None:
    """Keep what there is: the planned change is dropped. Nothing planned: nothing happens."""
    actions.release(actions.locked(subscription))


def _item(subscription: Subscription, price: PlanPrice, quantity: int) -> dict[str, object]:
    return {"id": subscription.item_id, "price": price.stripe_price, "quantity": quantity}


def _refuse(subscription: Subscription, price: PlanPrice, quantity: int) -> None:
    if subscription.status not in CHANGEABLE or subscription.ends_at_period_end:
        raise CannotChange(subscription.status)
    if (price.pk, quantity) == (subscription.price_id, subscription.quantity):
        raise CannotChange("the same")
    if price.plan_id != subscription.plan_id and releasing.waiting(price.plan, subscription.account):
        raise CannotChange("not open")
    if price.currency != subscription.price.currency:
        raise CannotChange(price.currency)
    if price.plan.slot != subscription.plan.slot or not price.active or price.interval == Interval.ONCE:
        raise CannotChange(price.lookup_key)
    if price.plan.per_seat and not price.plan.smallest_group <= quantity <= price.plan.largest_group:
        raise CannotChange(str(quantity))


def _ranks() -> dict[str, int]:
    return dict(Tier.objects.values_list("key", "rank"))
