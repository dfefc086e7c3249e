"""Words that are addresses of the house's own below `groups/`: a group or a room of such a name could not be reached."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

GROUPS = frozenset({"invited", "said", "under"})
ROOMS = frozenset({"care", "elections", "health", "join", "leave", "level", "log", "people", "rules"})


def refuse(slug: str, words: frozenset[str]) -> None:
    """Raise ValidationError, at the field `slug`, for one of the words."""
    if slug in words:
        raise ValidationError({"slug": _("This word is an address of the house itself. Choose another.")})


@register(Tags.database)
def reserved_slugs(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W001: a group or a room has a name that leads elsewhere. Run by `check --database default`."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            return findings()
    except DatabaseError:  # tables are not there yet: this very command may be about to make them
        return []


def findings() -> list[CheckMessage]:
    """What cannot be reached now. Two queries."""
    from community.models import Group, Room

    groups = Group.objects.filter(slug__in=sorted(GROUPS)).values_list("slug", flat=True)
    rooms = Room.objects.filter(slug__in=sorted(ROOMS)).values_list("group__slug", "slug")
    found = [f"The group {slug!r}" for slug in groups] + [
        f"The room {slug!r} of the group {at!r}" for at, slug in rooms
    ]
    return [
        Warning(f"{what} has the address of a page of the house: it cannot be reached, or not all of it.",
                hint="Give it another slug.", id="community.W001")
        for what in found
    ]  # fmt: skip
