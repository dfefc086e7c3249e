"""Groups as circles of people that a letter can go to."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community.models import Group, GroupMember
from ground.registry import SegmentSource, segments


def register() -> None:
    """Called once at start."""
    segments.register(SegmentSource("group", _("Members of a group"), _choices, _members, order=30))


def _choices() -> list[tuple[str, str]]:
    return [(group.slug, str(group.name)) for group in Group.objects.order_by("order", "pk")]


def _members(name: str, at: datetime) -> QuerySet[GroupMember, int]:
    return GroupMember.objects.filter(group__slug=name).values_list("account_id", flat=True)
