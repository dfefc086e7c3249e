"""Statuses of boxes, their named sets, and the only moves between them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class FirstBox(models.TextChoices):
    """When somebody who joins gets the first box."""

    NEXT = "next", _("with the next edition")
    NOW = "now", _("at once: the edition that is being packed or was packed last")
    WELCOME = "welcome", _("a welcome box at once, then the next edition")


class OrderKind(models.TextChoices):
    """Why a box is sent."""

    CYCLE = "cycle", _("the edition")
    FIRST = "first", _("first box")
    WELCOME = "welcome", _("welcome box")
    RESHIP = "reship", _("sent again")


class CreditKind(models.TextChoices):
    """Where a credit came from."""

    PAID = "paid", _("paid")
    PREPAID = "prepaid", _("paid ahead")
    GIFT = "gift", _("a gift")
    REFERRAL = "referral", _("thanks for a recommendation")
    RESHIP = "reship", _("for a box sent again")
    GOODWILL = "goodwill", _("from the house")


class StockReason(models.TextChoices):
    """Why what is on the shelf became more or less."""

    OPENING = "opening", _("opening count")
    RECEIVED = "received", _("received")
    SHIPPED = "shipped", _("sent")
    RETURNED = "returned", _("came back")
    COUNTED = "counted", _("counted")
    BROKEN = "broken", _("broken or spoilt")
    OTHER = "other", _("other")


class CycleState(models.TextChoices):
    """One edition of a box plan, from idea to history."""

    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    LOCKED = "locked", _("locked")
    BILLING = "billing", _("billing")
    ALLOCATING = "allocating", _("allocating")
    REVIEW = "review", _("in review")
    PACKING = "packing", _("packing")
    SHIPPING = "shipping", _("shipping")
    CLOSED = "closed", _("closed")


class BoxState(models.TextChoices):
    """A box subscription. Stripe's status is an input to it, not the state itself."""

    PENDING = "pending", _("pending")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    PAST_DUE = "past_due", _("payment open")
    SUSPENDED = "suspended", _("suspended")
    CANCELLING = "cancelling", _("leaving")
    ENDED = "ended", _("ended")
    PREPAID_ONLY = "prepaid_only", _("prepaid")
    EXPIRED = "expired", _("expired")


class OrderState(models.TextChoices):
    """One box for one subscriber."""

    PROJECTED = "projected", _("planned")
    LOCKED = "locked", _("locked")
    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PAID = "paid", _("paid")
    ALLOCATED = "allocated", _("allocated")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    CLOSED = "closed", _("closed")
    SKIPPED = "skipped", _("skipped")
    UNPAID = "unpaid", _("unpaid")
    SHORT = "short", _("short of stock")
    ON_HOLD = "on_hold", _("on hold")
    CANCELLED = "cancelled", _("cancelled")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")
    DAMAGED = "damaged", _("damaged")
    RESHIP = "reship", _("sent again")
    REFUNDED = "refunded", _("refunded")


SHIPPABLE = frozenset({BoxState.ACTIVE, BoxState.PAST_DUE, BoxState.CANCELLING, BoxState.PREPAID_ONLY})
RUNNING = SHIPPABLE | {BoxState.PENDING, BoxState.PAUSED, BoxState.SUSPENDED}
COMES_FIRST = RUNNING - {
    BoxState.PREPAID_ONLY,
    BoxState.PAUSED,
    BoxState.SUSPENDED,
}  # what is paid ahead waits for these
WAITING_FOR_MONEY = frozenset({OrderState.LOCKED, OrderState.AWAITING_PAYMENT, OrderState.UNPAID, OrderState.ON_HOLD})
TO_ALLOCATE = frozenset({OrderState.PAID, OrderState.SHORT})
CHANGEABLE = frozenset({OrderState.PROJECTED, OrderState.SKIPPED})
AT_HAND = frozenset({OrderState.PAID, OrderState.ALLOCATED, OrderState.SHORT, OrderState.PACKED})
UNDER_WAY = AT_HAND | {OrderState.SHIPPED, OrderState.LOST, OrderState.DAMAGED, OrderState.RETURNED}
FINAL = frozenset(
    {OrderState.CLOSED, OrderState.CANCELLED, OrderState.RESHIP, OrderState.REFUNDED, OrderState.DELIVERED}
)
SENT = frozenset({OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CLOSED})

C, B, R = CycleState, BoxState, OrderState
CYCLE_MOVES: Mapping[str, frozenset[str]] = {
    C.PLANNED: frozenset({C.OPEN}),
    C.OPEN: frozenset({C.LOCKED}),
    C.LOCKED: frozenset({C.BILLING, C.OPEN}),
    C.BILLING: frozenset({C.ALLOCATING, C.OPEN}),
    C.ALLOCATING: frozenset({C.REVIEW, C.OPEN}),
    C.REVIEW: frozenset({C.PACKING, C.ALLOCATING, C.OPEN}),
    C.PACKING: frozenset({C.SHIPPING}),
    C.SHIPPING: frozenset({C.CLOSED}),
    C.CLOSED: frozenset(),
}
BOX_MOVES: Mapping[str, frozenset[str]] = {
    B.PENDING: frozenset({B.ACTIVE, B.PAST_DUE, B.CANCELLING, B.EXPIRED, B.ENDED, B.PREPAID_ONLY}),
    B.ACTIVE: frozenset({B.PAUSED, B.PAST_DUE, B.CANCELLING, B.SUSPENDED, B.PREPAID_ONLY, B.ENDED}),
    B.PAUSED: frozenset({B.ACTIVE, B.PAST_DUE, B.CANCELLING, B.PREPAID_ONLY, B.ENDED}),
    B.PAST_DUE: frozenset({B.ACTIVE, B.PAUSED, B.SUSPENDED, B.CANCELLING, B.PREPAID_ONLY, B.ENDED}),
    B.SUSPENDED: frozenset({B.ACTIVE, B.CANCELLING, B.PREPAID_ONLY, B.ENDED}),
    B.CANCELLING: frozenset({B.ACTIVE, B.PAUSED, B.PAST_DUE, B.SUSPENDED, B.PREPAID_ONLY, B.ENDED}),
    B.PREPAID_ONLY: frozenset({B.ENDED}),
    B.ENDED: frozenset({B.PREPAID_ONLY}),  # what was paid counts again: a dispute that was won
    B.EXPIRED: frozenset(),
}
ORDER_MOVES: Mapping[str, frozenset[str]] = {
    R.PROJECTED: frozenset({R.LOCKED, R.SKIPPED, R.CANCELLED, R.ON_HOLD}),
    R.SKIPPED: frozenset({R.PROJECTED}),
    R.LOCKED: frozenset({R.AWAITING_PAYMENT, R.PAID, R.CANCELLED, R.ON_HOLD, R.PROJECTED}),
    R.AWAITING_PAYMENT: frozenset({R.PAID, R.UNPAID, R.CANCELLED, R.PROJECTED}),
    R.UNPAID: frozenset({R.PAID, R.CANCELLED, R.PROJECTED}),
    R.ON_HOLD: frozenset({R.LOCKED, R.PAID, R.CANCELLED, R.PROJECTED}),
    R.PAID: frozenset({R.ALLOCATED, R.SHORT, R.CANCELLED, R.ON_HOLD}),
    R.SHORT: frozenset({R.ALLOCATED, R.PAID, R.CANCELLED}),
    R.ALLOCATED: frozenset({R.PACKED, R.PAID, R.SHORT, R.CANCELLED}),
    R.PACKED: frozenset({R.SHIPPED, R.ALLOCATED}),
    R.SHIPPED: frozenset({R.DELIVERED, R.RETURNED, R.LOST, R.DAMAGED}),
    R.DELIVERED: frozenset({R.CLOSED, R.RETURNED, R.DAMAGED}),
    R.CLOSED: frozenset({R.RETURNED, R.DAMAGED}),
    R.CANCELLED: frozenset(),
    R.RETURNED: frozenset({R.RESHIP, R.REFUNDED}),
    # What was lost turns up, and what was damaged may come back: carriers say these things in any order.
    R.LOST: frozenset({R.RESHIP, R.REFUNDED, R.DELIVERED, R.DAMAGED, R.RETURNED}),
    R.DAMAGED: frozenset({R.RESHIP, R.REFUNDED, R.RETURNED}),
    R.RESHIP: frozenset(),
    R.REFUNDED: frozenset(),
}
