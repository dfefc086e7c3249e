"""Writing the week's letters: from Monday morning on, for whoever wants them, from what they may read at that moment."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts import mails, refusing
from accounts.models import NoticeRefusal, User
from community import queries
from community.digest.models import Digest
from community.enums import Level
from community.markup import plain
from community.models import Block, GroupMember, Message, Seat

KIND = "community.digest"
TEMPLATE = "digest/letter"
MONDAY_AT = 8  # o'clock, by the house's time zone
MOST_ROOMS, WORDS = 5, 90
AT_ONCE = 50
KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Told:
    """One room in a letter: how much is unread, and how the message begins that most people stamped."""

    group: str
    room: str
    name_zh: str
    name_en: str
    unread: int
    no: int
    by: str
    text: str


def write_due(now: datetime | None = None) -> int:
    """Some of this week's letters, by real time; answers how many were written. Before Monday morning: none."""
    local = timezone.localtime()
    if local.weekday() == 0 and local.hour < MONDAY_AT:
        return 0
    week = local.strftime("%G-W%V")
    return sum(_once(account, week) for account in due(week)[:AT_ONCE])


def due(week: str) -> QuerySet[User]:
    """Who wants the letter, has something unread, and whose week was not looked at yet. One query."""
    seats = Seat.objects.filter(account=OuterRef("pk"), muted=False, room__last_no__gt=F("last_read_no"))
    people = User.objects.filter(is_active=True, last_login__isnull=False).filter(Exists(seats))
    refused = NoticeRefusal.objects.filter(kind=KIND, account=OuterRef("pk"))
    return people.exclude(Exists(refused)).exclude(
        Exists(Digest.objects.filter(week=week, account=OuterRef("pk")))
    ).order_by("pk")  # fmt: skip


def _once(account: User, week: str) -> int:
    """The row and the letter are one commit: twice at the same time is once."""
    try:
        with transaction.atomic():
            row = Digest.objects.create(account=account, week=week, at=timezone.now())
            told = unread(account)
            if told:
                Digest.objects.filter(pk=row.pk).update(rooms=len(told))
                _write(account, told)
            return int(bool(told))
    except IntegrityError:
        return 0


def _write(account: User, told: list[Told]) -> None:
    leave = refusing.link(account, KIND)
    context = {"account": account, "rooms": [asdict(one) for one in told], "leave_url": leave}
    mails.post(to=account.email, template=TEMPLATE, context=context, language=account.language, leave_url=leave)


def unread(account: User) -> list[Told]:
    """Rooms that the account reads now and in which somebody whom it hears said something; the fullest first, five at most.

    Two queries for each room in the answer, and a dozen for all.
    """
    quiet = set(GroupMember.objects.filter(account=account, level=Level.NOTHING).values_list("group_id", flat=True))
    seats = dict(Seat.objects.filter(account=account, muted=False).values_list("room_id", "last_read_no"))
    deaf = list(Block.objects.filter(account=account).values_list("blocked_id", flat=True))
    lines = [
        line for line in queries.unread_rooms(account) if line.room.pk in seats and line.room.group_id not in quiet
    ]
    found: list[Told] = []
    for line in lines[: MOST_ROOMS * 2]:
        if len(found) == MOST_ROOMS:
            break
        said = Message.objects.filter(
            room=line.room, thread=None, no__gt=seats[line.room.pk], deleted_at=None, hidden_at=None
        )
        said = said.exclude(sender=account).exclude(sender=None).exclude(sender_id__in=deaf)
        best = said.select_related("sender").annotate(stamps=Count("reactions")).order_by("-stamps", "-no").first()
        if best is None:
            continue
        room = line.room
        found.append(Told(room.group.slug, room.slug, room.name_zh, room.name_en, said.count(), best.no or 0,
                          best.sender.display_name if best.sender else "", plain(best.html, WORDS)))  # fmt: skip
    return found


def forget(now: datetime) -> int:
    """Weeks that are long over."""
    return Digest.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
