"""Statuses of single things, their named sets, and the only moves between them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleKind(models.TextChoices):
    """How a thing is sold."""

    THING = "thing", _("single thing")
    EDITION = "edition", _("numbered edition")
    ALONG = "along", _("goes along with a box")
    AHEAD = "ahead", _("ordered ahead")


class Way(models.TextChoices):
    """How a sale is paid."""

    PAGE = "page", _("on a payment page")
    ALONG = "along", _("with a box")
    AHEAD = "ahead", _("from a saved card, when it is released")


class SaleState(models.TextChoices):
    """One sale, from the hand on the shelf to the door."""

    NEW = "new", _("begun")
    BOOKED = "booked", _("ordered ahead")
    HELD = "held", _("kept for you")
    CHARGING = "charging", _("being charged")
    PAID = "paid", _("paid")
    STOPPED = "stopped", _("payment questioned")
    PACKED = "packed", _("packed")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("came back")
    OWED = "owed", _("money on its way back")
    REFUNDED = "refunded", _("money given back")
    LAPSED = "lapsed", _("not paid in time")
    CANCELLED = "cancelled", _("cancelled")


class Flag(models.TextChoices):
    """Why staff should look at a sale; the row keeps the key."""

    LATE = "late", _("Money went back after it had left the house.")
    NOT_BACK = "not_back", _("The refund was refused: the money has not gone back.")
    BOX_RETURNED = "box_returned", _("The box in which it lay came back.")
    BOX_LOST = "box_lost", _("The box in which it lay is lost.")
    BOX_DAMAGED = "box_damaged", _("The box in which it lay was damaged.")
    BOX_RESHIP = "box_reship", _("The box in which it lay was sent again.")


class UnitState(models.TextChoices):
    """One numbered piece: free -> held -> sold -> shipped."""

    FREE = "free", _("free")
    HELD = "held", _("kept for somebody")
    SOLD = "sold", _("sold")
    SHIPPED = "shipped", _("sent")


class WaitState(models.TextChoices):
    """waiting -> offered -> claimed | lapsed; or left."""

    WAITING = "waiting", _("waiting")
    OFFERED = "offered", _("offered")
    CLAIMED = "claimed", _("claimed")
    LAPSED = "lapsed", _("not claimed")
    LEFT = "left", _("left the list")


S = SaleState
KEEPS = frozenset({S.HELD, S.CHARGING, S.PAID, S.STOPPED, S.PACKED})
"""A unit lies apart for these: promised, and not yet sent."""
COUNTS = KEEPS | {S.NEW, S.BOOKED, S.SHIPPED, S.DELIVERED}
"""What counts to the limit for one person."""
OPEN_PAGE = frozenset({S.NEW, S.HELD})
SENT = frozenset({S.SHIPPED, S.DELIVERED})
ADDRESSED = frozenset({S.CHARGING, S.PAID, S.STOPPED, S.PACKED})
"""What is still to be sent: its address is kept also when the account is erased."""
SHOWN = frozenset(S) - {S.NEW, S.LAPSED}
"""What the buyer sees among the own things."""
ON_LIST = frozenset({WaitState.WAITING, WaitState.OFFERED})

SALE_MOVES: Mapping[str, frozenset[str]] = {
    S.NEW: frozenset({S.BOOKED, S.LAPSED, S.CANCELLED}),
    S.BOOKED: frozenset({S.CHARGING, S.CANCELLED, S.LAPSED}),
    S.HELD: frozenset({S.PAID, S.CHARGING, S.LAPSED, S.CANCELLED}),
    S.CHARGING: frozenset({S.PAID, S.LAPSED}),
    S.PAID: frozenset({S.PACKED, S.STOPPED, S.OWED, S.REFUNDED}),
    S.STOPPED: frozenset({S.PAID, S.REFUNDED}),
    S.PACKED: frozenset({S.SHIPPED, S.PAID, S.STOPPED, S.OWED, S.REFUNDED}),
    S.SHIPPED: frozenset({S.DELIVERED, S.RETURNED}),
    S.DELIVERED: frozenset({S.RETURNED}),
    S.RETURNED: frozenset({S.OWED, S.REFUNDED}),
    S.OWED: frozenset({S.REFUNDED}),
    S.REFUNDED: frozenset({S.OWED}),
    S.LAPSED: frozenset({S.PAID, S.OWED, S.BOOKED}),
    S.CANCELLED: frozenset({S.PAID, S.OWED}),
}
