"""Filters of the list of members: each a condition on the account, asked account by account, so that a page of fifty
walks an index and stops, whatever the number of members."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import visits
from accounts.models import SignIn
from membership import grace
from membership.models import EntitlementGrant, Tier
from membership.people.models import MemberTag, Tag

Ids = Q


def nobody() -> Q:
    """For what a filter does not know."""
    return Q(pk__in=())


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
    tiers = EntitlementGrant.objects.filter(account=OuterRef("pk"), tier__isnull=False)
    running = tiers.filter(Q(ends=None) | Q(ends__gt=at), starts__lte=at)
    found = {
        "seated": lambda: Q(Exists(running)),
        "complimentary": lambda: Q(Exists(running.filter(source_kind="comp"))),
        "overdue": lambda: Q(Exists(running.filter(overdue_since__isnull=False))),
        "lapsed": lambda: Q(Exists(tiers.filter(ends__lte=at))) & ~Q(Exists(running)),
        "free": lambda: ~Q(Exists(tiers)),
        "closed": lambda: Q(is_active=False),
        "staff": lambda: Q(pk__in=visits.staff_ids()),
    }.get(value)
    return found() if found else nobody()


def by_tier(value: str, at: datetime) -> Ids:
    """Active accounts that hold a tier, or one that gives it, as `crowd.holders` judges; asked account by account."""
    key = f"tier:{value}"
    giving = list(Tier.objects.filter(Q(key=value) | Q(rights__key=key)).values_list("pk", flat=True))
    grants = EntitlementGrant.objects.filter(Q(ends=None) | Q(ends__gt=at), account=OuterRef("pk"), starts__lte=at)
    return Q(Exists(grants.filter(grace.standing(key, at), tier__in=giving)), is_active=True) if giving else nobody()


def tag_choices() -> list[tuple[str, str]]:
    """Every tag that there is."""
    return [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")[:500]]


def by_tag(value: str, at: datetime) -> Ids:
    """Accounts with a tag, by its id."""
    return Q(Exists(MemberTag.objects.filter(tag_id=int(value), account=OuterRef("pk")))) if _is_id(value) else nobody()


def languages() -> list[tuple[str, str]]:
    """Languages of letters."""
    return list(settings.LANGUAGES)


def by_language(value: str, at: datetime) -> Ids:
    """Accounts whose letters speak it."""
    return Q(language=value)


def joined_since(value: str, at: datetime) -> Ids:
    """Made on that day or later."""
    day = _day(value)
    return Q(created_at__gte=day) if day else nobody()


def joined_before(value: str, at: datetime) -> Ids:
    """Made before that day."""
    day = _day(value)
    return Q(created_at__lt=day) if day else nobody()


def seen_since(value: str, at: datetime) -> Ids:
    """Seen on that day or later."""
    day = _day(value)
    return _seen(day) if day else nobody()


def unseen_since(value: str, at: datetime) -> Ids:
    """Not seen since that day; those who were never seen too."""
    day = _day(value)
    return (Q(last_login=None) | Q(last_login__lt=day)) & ~Q(_device(day)) if day else nobody()


def _seen(day: datetime) -> Q:
    return Q(last_login__gte=day) | Q(_device(day))


def _device(day: datetime) -> Exists:
    return Exists(SignIn.objects.filter(account=OuterRef("pk"), seen_at__gte=day))


def _day(value: str) -> datetime | None:
    """The beginning of a day in the house's time; None for what is no date."""
    try:
        return timezone.make_aware(datetime.combine(datetime.strptime(value, "%Y-%m-%d").date(), time.min))
    except (ValueError, OverflowError):
        return None


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 19
