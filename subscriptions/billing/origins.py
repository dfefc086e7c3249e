"""Where members came from, for the staff's list: the story, letter or room at which they first joined. First-party only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ground import registry
from ground.registry import MemberFilter, StaffColumn
from subscriptions.billing.models import Subscription

MOST = 50  # origins to choose from: those that brought the most
KEEP = 60  # seconds
ANY: dict[str, Any] = {
    "story:": gettext_lazy("Any story"),
    "letter:": gettext_lazy("Any letter"),
    "edition:": gettext_lazy("Any box"),
    "room:": gettext_lazy("Any room"),
}


def register() -> None:
    """Called once at start."""
    registry.staff_columns.register(StaffColumn("billing-origin", gettext_lazy("Came from"), came_from, order=32))
    registry.member_filters.register(
        MemberFilter("billing-origin", gettext_lazy("Came from"), brought_by, choices, order=31)
    )


def came_from(account_ids: Collection[int]) -> Mapping[int, str]:
    """The first origin of each, in words. A query for the origins, and those of the cards that they name."""
    rows = Subscription.objects.filter(account_id__in=account_ids).exclude(origin="").order_by("-started_at", "-pk")
    first = dict(rows.values_list("account_id", "origin"))  # the earliest comes last and stays
    words = told(first.values())
    return {pk: words[origin] for pk, origin in first.items()}


def brought_by(value: str, at: datetime) -> Q:
    """Accounts that once joined from this origin, or (`story:`) from any of its kind."""
    mine = Subscription.objects.filter(account=OuterRef("pk"))
    return Q(Exists(mine.filter(origin__startswith=value) if value in ANY else mine.filter(origin=value)))


def choices() -> Sequence[tuple[str, Any]]:
    """Kinds that brought anybody, then what brought the most. Kept for a minute."""
    counted = cache.get_or_set("billing:origins", _counted, KEEP) or []
    kinds = [(kind, label) for kind, label in ANY.items() if any(origin.startswith(kind) for origin in counted)]
    words = told(counted)
    return [*kinds, *((origin, words[origin]) for origin in counted)]


def _counted() -> list[str]:
    rows = Subscription.objects.exclude(origin="").order_by().values_list("origin").annotate(n=Count("pk"))
    return [origin for origin, _n in rows.order_by("-n", "origin")[:MOST]]


def told(origins: Iterable[str]) -> dict[str, str]:
    """Origins in words: a thing's own title, a letter's name, else what was noted."""
    wanted = set(origins)
    cards = registry.resolve_subjects(wanted, get_language() or "en")
    return {origin: cards[origin].title if origin in cards else _plain(origin) for origin in wanted}


def _plain(origin: str) -> str:
    kind, _colon, name = origin.partition(":")
    return _("Letter “%(name)s”") % {"name": name} if kind == "letter" else origin
