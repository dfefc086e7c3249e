"""Statuses of groups, rooms, roles and cases, with the named sets that the rest of the app asks for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoomState(TextChoices):
    """What may happen in a room."""

    OPEN = "open", _("Open")
    READ_ONLY = "read_only", _("Read only")
    ARCHIVED = "archived", _("Archived")


class GroupEntry(TextChoices):
    """Who comes into a group."""

    OPEN = "open", _("Everybody with an account")
    KEY = "key", _("Whoever holds a right")
    REQUEST = "request", _("Whoever asks and is let in")
    INVITE = "invite", _("Whoever has an invitation")


class Purpose(TextChoices):
    """What the rooms of a group are for."""

    TALK = "talk", _("To talk")
    COMMENTS = "comments", _("What readers say below stories")


class AskState(TextChoices):
    """What became of a request to join."""

    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Let in")
    DECLINED = "declined", _("Not now")


class Role(TextChoices):
    """What somebody is in a group."""

    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    HOST = "host", _("Host")


class Level(TextChoices):
    """What somebody wants to be told of a group."""

    EVERYTHING = "all", _("Whatever is said, once until I have looked")
    MENTIONS = "mentions", _("When somebody names me")
    NOTHING = "nothing", _("Nothing")


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


class SanctionKind(TextChoices):
    """What a moderator's decision does to somebody, from the lightest."""

    WARNING = "warning", _("A word of warning")
    REMOVAL = "removal", _("A message was hidden")
    SILENCE = "silence", _("Listens in one room")
    MUTE = "mute", _("Listens in the whole group")
    GROUP_BAN = "group_ban", _("Stays out of the group")
    SITE_BAN = "site_ban", _("Stays out of all rooms")


class WatchAct(TextChoices):
    """What happens to a message with a watched word."""

    FLAG = "flag", _("Is said, and put before the moderators")
    HOLD = "hold", _("Waits until a moderator has read it")
    BLOCK = "block", _("Is not taken")


class HeldState(TextChoices):
    """What became of a message that was held."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Said")
    REFUSED = "refused", _("Refused")


class AppealState(TextChoices):
    """What became of somebody's objection."""

    OPEN = "open", _("Waiting")
    UPHELD = "upheld", _("The decision stands")
    OVERTURNED = "overturned", _("The decision was taken back")


class Gone(TextChoices):
    """Why a message is a tombstone."""

    AUTHOR = "author", _("Taken back by its author")
    LEFT = "left", _("Its author has left")


MODERATING = frozenset({Role.MODERATOR, Role.HOST})
DECIDED = frozenset({CaseState.HIDDEN, CaseState.DISMISSED})
CASE_MOVES = {CaseState.OPEN: DECIDED, CaseState.HIDDEN: frozenset(), CaseState.DISMISSED: frozenset()}
STOPS_WRITING = frozenset({SanctionKind.SILENCE, SanctionKind.MUTE, SanctionKind.GROUP_BAN, SanctionKind.SITE_BAN})
STOPS_READING = frozenset({SanctionKind.GROUP_BAN, SanctionKind.SITE_BAN})
HAS_AN_END = frozenset({SanctionKind.SILENCE, SanctionKind.MUTE})
APPEAL_DECIDED = frozenset({AppealState.UPHELD, AppealState.OVERTURNED})
EVERYBODY, SIGNED_IN = "", "account"
