"""Statuses of billing, with the sets that rules speak of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    """What a plan sells."""

    TIER = "tier", _("membership")
    GROUP = "group", _("membership for a group")
    BOX = "box", _("box")
    THING = "thing", _("single thing")


class Interval(models.TextChoices):
    """How often a price is charged. A lifetime membership and a gift are paid `once`."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")
    ONCE = "once", _("once")


MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}
"""Months between two charges; nothing for what is paid once."""


class SubscriptionStatus(models.TextChoices):
    """Stripe's statuses, unchanged: an input to our rules, never our own state."""

    INCOMPLETE = "incomplete", _("not paid yet")
    INCOMPLETE_EXPIRED = "incomplete_expired", _("never paid")
    TRIALING = "trialing", _("trial")
    ACTIVE = "active", _("active")
    PAST_DUE = "past_due", _("payment open")
    UNPAID = "unpaid", _("unpaid")
    CANCELED = "canceled", _("ended")
    PAUSED = "paused", _("paused")


ENTITLING = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING, SubscriptionStatus.PAST_DUE})
LIVE = ENTITLING | {SubscriptionStatus.INCOMPLETE, SubscriptionStatus.PAUSED, SubscriptionStatus.UNPAID}
EARNING = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
"""Statuses whose charges count as recurring revenue."""
OVER = frozenset({SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED})


class EventState(models.TextChoices):
    """received -> done | ignored | foreign | parked; a parked event goes back to received by replay."""

    RECEIVED = "received", _("received")
    DONE = "done", _("done")
    IGNORED = "ignored", _("not needed")
    FOREIGN = "foreign", _("not ours")
    PARKED = "parked", _("parked")


class CheckoutKind(models.TextChoices):
    """What a payment page is for."""

    SUBSCRIPTION = "subscription", _("subscription")
    ONCE = "once", _("lifetime")
    GIFT = "gift", _("gift")
    CARD = "card", _("new card")
    THING = "thing", _("single thing")
    AHEAD = "ahead", _("card for an order ahead")
    CHARGE = "charge", _("charge to a saved card")


PAID_ONCE = frozenset({CheckoutKind.ONCE, CheckoutKind.GIFT, CheckoutKind.THING, CheckoutKind.CHARGE})
SAVES_A_CARD = frozenset({CheckoutKind.CARD, CheckoutKind.AHEAD})


class RefundState(models.TextChoices):
    """Stripe's statuses of a refund; only a failed or cancelled one leaves the money with us."""

    PENDING = "pending", _("on its way")
    REQUIRES_ACTION = "requires_action", _("waits for the member")
    SUCCEEDED = "succeeded", _("paid back")
    FAILED = "failed", _("failed")
    CANCELED = "canceled", _("cancelled")


RETURNING = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})

DISPUTE_OVER_WELL = frozenset({"won", "warning_closed", "prevented"})
"""Statuses of a dispute after which the money is ours; every other one suspends what was paid with it."""


class CheckoutState(models.TextChoices):
    """new -> open -> complete | expired | superseded."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    COMPLETE = "complete", _("complete")
    EXPIRED = "expired", _("expired")
    SUPERSEDED = "superseded", _("replaced")


WAITING_CHECKOUTS = frozenset({CheckoutState.NEW, CheckoutState.OPEN})


class CallState(models.TextChoices):
    """pending -> done | failed; `failed` was refused by Stripe and waits for a person."""

    PENDING = "pending", _("pending")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
