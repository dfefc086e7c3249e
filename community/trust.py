"""How well the house knows somebody: from time and from what they said that stood. Never from what they pay."""

from datetime import timedelta
from enum import IntEnum

from django.utils import timezone

from accounts.models import User
from community.enums import SanctionKind
from community.models import Message, Sanction


class Trust(IntEnum):
    """New: a day and five messages. Known: two weeks and fifty. Old friend: two months and two hundred."""

    NEW = 0
    MET = 1
    KNOWN = 2
    OLD_FRIEND = 3


STEPS = [  # level, age, messages that stood, days without a decision against them
    (Trust.OLD_FRIEND, timedelta(days=60), 200, timedelta(days=180)),
    (Trust.KNOWN, timedelta(days=14), 50, timedelta(days=60)),
    (Trust.MET, timedelta(days=1), 5, timedelta(days=7)),
]
NEW_LINKS, NEW_MENTIONS = 1, 2


def trust(account: User) -> Trust:
    """The level as it is now. No query for somebody who came today, two for the others."""
    now = timezone.now()
    age = now - account.created_at
    if age < STEPS[-1][1]:
        return Trust.NEW
    most = max(count for _level, _age, count, _clean in STEPS)
    stood = Message.objects.filter(sender=account, deleted_at=None, hidden_at=None)[:most].count()
    last = Sanction.objects.filter(account=account, lifted_at=None).exclude(kind=SanctionKind.WARNING)
    blamed = last.order_by("-begins_at").values_list("begins_at", flat=True).first()
    for level, needs_age, needs_words, clean in STEPS:
        if age >= needs_age and stood >= needs_words and (blamed is None or now - blamed >= clean):
            return level
    return Trust.NEW


def at_least_met(account: User) -> bool:
    """Whether the account is more than new. Cheaper than the whole level."""
    if timezone.now() - account.created_at < STEPS[-1][1]:
        return False
    return trust(account) >= Trust.MET
