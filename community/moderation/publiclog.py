"""What was decided in a group, for everybody to read: what, by which rule, for how long, and whether it stood.

People are pseudonyms of this group alone: the same sign for the same person, nothing that leads elsewhere.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from community.enums import AppealState, SanctionKind
from community.models import Group, Sanction
from ground import clock

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One decision without a name and without the words it was about."""

    at: datetime
    kind: str
    reason: str
    place: str
    about: str
    by: str
    until: datetime | None
    appealed: bool
    taken_back: bool


def entries(group: Group) -> QuerySet[Sanction]:
    """Decisions of the group, newest first."""
    return Sanction.objects.filter(group=group).select_related("room", "appeal")


def lines(group: Group, rows: Iterable[Sanction]) -> list[Line]:
    """The rows as everybody may read them."""
    return [_line(group, row) for row in rows]


def _line(group: Group, row: Sanction) -> Line:
    objection = getattr(row, "appeal", None)
    back = row.lifted_at is not None or (objection is not None and objection.state == AppealState.OVERTURNED)
    place = row.room.name if row.room and row.room.listed else ""
    about, by = pseudonym(group, row.account_id), pseudonym(group, row.imposed_by_id)
    return Line(
        row.begins_at, SanctionKind(row.kind).label, row.get_reason_display(), place, about, by, row.ends_at,
        objection is not None, back,
    )  # fmt: skip


def pseudonym(group: Group, account_id: int | None) -> str:
    """Five signs for a person in this group; empty for somebody who has left, and for the house itself."""
    if account_id is None:
        return ""
    told = f"moderation-log:{group.pk}:{account_id}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:5]


def by_month(group: Group) -> list[tuple[date, int]]:
    """How many decisions in each of the last twelve months, the oldest first. One query."""
    now = clock.now()
    rows = Sanction.objects.filter(group=group, begins_at__gte=now - timedelta(days=31 * MONTHS)).order_by()
    counted = {
        m.date(): n for m, n in rows.annotate(m=TruncMonth("begins_at")).values_list("m").annotate(n=Count("pk"))
    }
    year, month = now.year, now.month
    found = []
    for back in range(MONTHS):
        y, m = divmod(year * 12 + month - 1 - back, 12)
        found.append((date(y, m + 1, 1), counted.get(date(y, m + 1, 1), 0)))
    return found[::-1]
