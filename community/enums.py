"""Statuses of groups, rooms, roles and cases, with the named sets that the rest of the app asks for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoomState(TextChoices):
    """What may happen in a room."""

    OPEN = "open", _("Open")
    READ_ONLY = "read_only", _("Read only")
    ARCHIVED = "archived", _("Archived")


class Role(TextChoices):
    """What somebody is in a group."""

    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    HOST = "host", _("Host")


class Reason(TextChoices):
    """Why a message is reported or hidden; the group's rules say what each means."""

    UNKIND = "unkind", _("Unkind to somebody")
    OFF_TOPIC = "off_topic", _("Away from the subject")
    SPAM = "spam", _("Advertising")
    PRIVATE = "private", _("Tells something private")
    OTHER = "other", _("Something else")


class CaseState(TextChoices):
    """Where a case stands."""

    OPEN = "open", _("Waiting")
    HIDDEN = "hidden", _("Hidden")
    DISMISSED = "dismissed", _("Left standing")


class Gone(TextChoices):
    """Why a message is a tombstone."""

    AUTHOR = "author", _("Taken back by its author")
    LEFT = "left", _("Its author has left")


MODERATING = frozenset({Role.MODERATOR, Role.HOST})
DECIDED = frozenset({CaseState.HIDDEN, CaseState.DISMISSED})
CASE_MOVES = {CaseState.OPEN: DECIDED, CaseState.HIDDEN: frozenset(), CaseState.DISMISSED: frozenset()}
EVERYBODY, SIGNED_IN = "", "account"
