"""Filters of the list of members: each a query of account ids that stands inside a larger one."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import visits
from accounts.models import SignIn, User
from membership.models import EntitlementGrant
from membership.people.models import MemberTag, Tag

Ids = Any


def nobody() -> Ids:
    """For what a filter does not know."""
    return User.objects.none().values("pk")


def statuses() -> list[tuple[str, Any]]:
    """What an account can be."""
    return [
        ("seated", _("Holds a tier")),
        ("complimentary", _("Holds one for nothing")),
        ("overdue", _("Payment overdue")),
        ("lapsed", _("Held one, not now")),
        ("free", _("Never held one")),
        ("closed", _("Closed")),
        ("staff", _("Staff")),
    ]


def by_status(value: str, at: datetime) -> Ids:
    """Accounts of a status."""
    tiers = EntitlementGrant.objects.filter(tier__isnull=False)
    running = tiers.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)
    people = User.objects.values("pk")
    found = {
        "seated": lambda: running.values("account_id"),
        "complimentary": lambda: running.filter(source_kind="comp").values("account_id"),
        "overdue": lambda: running.filter(overdue_since__isnull=False).values("account_id"),
        "lapsed": lambda: people.filter(pk__in=tiers.filter(ends__lte=at).values("account_id")).exclude(
            pk__in=running.values("account_id")
        ),
        "free": lambda: people.exclude(pk__in=tiers.values("account_id")),
        "closed": lambda: people.filter(is_active=False),
        "staff": visits.staff_ids,
    }.get(value)
    return found() if found else nobody()


def tag_choices() -> list[tuple[str, str]]:
    """Every tag that there is."""
    return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")[:500]]


def by_tag(value: str, at: datetime) -> Ids:
    """Accounts with a tag, by its id."""
    return MemberTag.objects.filter(tag_id=int(value)).values("account_id") if _is_id(value) else nobody()


def languages() -> list[tuple[str, str]]:
    """Languages of letters."""
    return list(settings.LANGUAGES)


def by_language(value: str, at: datetime) -> Ids:
    """Accounts whose letters speak it."""
    return User.objects.filter(language=value).values("pk")


def joined_since(value: str, at: datetime) -> Ids:
    """Made on that day or later."""
    day = _day(value)
    return User.objects.filter(created_at__gte=day).values("pk") if day else nobody()


def joined_before(value: str, at: datetime) -> Ids:
    """Made before that day."""
    day = _day(value)
    return User.objects.filter(created_at__lt=day).values("pk") if day else nobody()


def seen_since(value: str, at: datetime) -> Ids:
    """Seen on that day or later."""
    day = _day(value)
    return _seen(day) if day else nobody()


def unseen_since(value: str, at: datetime) -> Ids:
    """Not seen since that day; those who were never seen too."""
    day = _day(value)
    return User.objects.exclude(pk__in=_seen(day)).values("pk") if day else nobody()


def _seen(day: datetime) -> Ids:
    devices = SignIn.objects.filter(seen_at__gte=day).values("account_id")
    return User.objects.filter(Q(last_login__gte=day) | Q(pk__in=devices)).values("pk")


def _day(value: str) -> datetime | None:
    """The beginning of a day in the house's time; None for what is no date."""
    try:
        return timezone.make_aware(datetime.combine(datetime.strptime(value, "%Y-%m-%d").date(), time.min))
    except (ValueError, OverflowError):
        return None


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 19
