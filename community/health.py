"""How a group is: who speaks, who stays, how fair it goes. For those who look after it; numbers only, no names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from community.enums import CaseState
from community.models import Case, Group, GroupMember, Message

DAYS = 28


@dataclass(frozen=True, slots=True)
class Health:
    """Four weeks of a group. `days`: messages of each day, oldest first; `stayed`: of those who came in these weeks,
    how many spoke; `hours_to_decide`: the middle one of the cases decided, None without any."""

    people: int
    spoke_week: int
    spoke_month: int
    came: int
    came_and_spoke: int
    messages: int
    answered: int
    reports: int
    hours_to_decide: float | None
    days: list[tuple[date, int]]

    @property
    def per_thousand(self) -> float:
        """Reports for a thousand messages."""
        return round(1000 * self.reports / self.messages, 1) if self.messages else 0.0


def of(group: Group, now: datetime | None = None) -> Health:
    """Eight queries, whatever the group holds."""
    now = now or timezone.now()
    since = now - timedelta(days=DAYS)
    said = Message.objects.filter(room__group=group, created_at__gte=since)
    per_day = dict(said.annotate(day=TruncDate("created_at")).order_by().values_list("day").annotate(n=Count("pk")))
    today = timezone.localdate(now)
    span = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    came = set(GroupMember.objects.filter(group=group, joined_at__gte=since).values_list("account_id", flat=True))
    spoke = set(said.values_list("sender_id", flat=True).distinct()) - {None}
    week = said.filter(created_at__gte=now - timedelta(days=7)).values("sender_id").distinct().count()
    decided = Case.objects.filter(room__group=group, decided_at__gte=since).exclude(state=CaseState.OPEN)
    waits = sorted(
        (done - opened).total_seconds() / 3600 for opened, done in decided.values_list("opened_at", "decided_at")
    )
    return Health(
        people=GroupMember.objects.filter(group=group).count(), spoke_week=week, spoke_month=len(spoke), came=len(came),
        came_and_spoke=len(came & spoke), messages=sum(per_day.values()),
        answered=said.exclude(reply_to=None).values("reply_to").distinct().count(),
        reports=Case.objects.filter(room__group=group, opened_at__gte=since).count(),
        hours_to_decide=round(waits[len(waits) // 2], 1) if waits else None,
        days=[(day, per_day.get(day, 0)) for day in span],
    )  # fmt: skip
