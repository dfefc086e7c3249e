"""Birthdays, kept because their owner said so."""

from datetime import date

from django.utils import timezone

from accounts.models import User
from membership.perks.models import Birthday


def keep_birthday(*, account: User, month: int, day: int) -> Birthday:
    """Keep month and day. Raises `ValueError` for a day that no year has."""
    date(2024, month, day)  # a leap year: it has every day that there is
    return Birthday.objects.update_or_create(
        account=account, defaults={"month": month, "day": day, "agreed_at": timezone.now()}
    )[0]


def take_back_birthday(*, account: User) -> bool:
    """Forget it; answers whether it was kept."""
    return bool(Birthday.objects.filter(account=account).delete()[0])
