"""Subscribers of a box as a circle of people that a letter can go to."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ground.registry import SegmentSource, segments
from membership import crowd
from subscriptions.boxes.models import BoxPlan


def register() -> None:
    """Called once at start."""
    segments.register(SegmentSource("box", _("Subscribers of a box"), _choices, _subscribers, order=20))


def _choices() -> list[tuple[str, str]]:
    return [(plan.slug, str(plan.name)) for plan in BoxPlan.objects.order_by("pk")]


def _subscribers(name: str, at: datetime) -> QuerySet[User, int]:
    return crowd.holders(f"box:{name}", at)
