"""Kinds of perks, states of obligations, and which move may follow which."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from membership.calendar import Period


class PerkKind(TextChoices):
    """What a perk is."""

    EARLY_ACCESS = "early", _("Early access")
    DISCOUNT = "discount", _("Discount")
    TICKET = "ticket", _("Ticket")
    LECTURE = "lecture", _("Lecture")
    CUSTOM_ORDER = "order", _("Order made to measure")
    DESIGN_TALK = "design", _("Talk about a design")
    PRODUCT_TEST = "test", _("Trying something new")
    BOX_EXTRA = "box", _("Something more in the box")
    BIRTHDAY = "birthday", _("Birthday gift")
    SUPPORT = "support", _("Answered first")


class PerkPeriod(TextChoices):
    """How often its quota begins anew; the calendar's own periods."""

    MONTH = Period.MONTH.value, _("month")
    QUARTER = Period.QUARTER.value, _("quarter")
    YEAR = Period.YEAR.value, _("year")
    ONCE = Period.ONCE.value, _("once only")


class State(TextChoices):
    """Where an obligation stands."""

    OWED = "owed", _("Owed")
    PREPARED = "prepared", _("Prepared")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")
    VOID = "void", _("Void")
    EXPIRED = "expired", _("Expired")


OPEN = frozenset({State.OWED, State.PREPARED})  # the house still has to do something; a refund voids them
GONE_OUT = frozenset({State.SENT, State.RECEIVED})  # cannot be recalled, only flagged
MOVES: dict[str, frozenset[str]] = {
    State.OWED: frozenset({State.PREPARED, State.VOID, State.EXPIRED}),
    State.PREPARED: frozenset({State.SENT, State.VOID, State.EXPIRED}),
    State.SENT: frozenset({State.RECEIVED}),
    State.RECEIVED: frozenset(),
    State.VOID: frozenset(),
    State.EXPIRED: frozenset(),
}
MARKS = (State.PREPARED, State.SENT, State.RECEIVED, State.VOID)  # what staff may mark by hand
