"""Reads that join or count: what pages, panels and badges show."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from wagtail.images import get_image_model

from accounts.models import User
from community import access, parts
from community.enums import Purpose, Role
from community.models import Group, GroupMember, Mention, Message, Room, Seat

PAGE = 50
MOST_LISTED = 30
COVERS = ("fill-960x540|format-webp", "fill-960x540")  # as the templates ask for them: painted, and drawn (SVG)
MANY = 99


@dataclass(slots=True)
class RoomLine:
    """A room in a list, as one person may see it."""

    room: Room
    locked: bool
    unread: int = 0
    mentioned: bool = False
    last_at: datetime | None = None
    last_by: str = ""
    last_text: str = ""

    @property
    def unread_label(self) -> str:
        return f"{MANY}+" if self.unread > MANY else str(self.unread)


@dataclass(slots=True)
class GroupLines:
    """A group with those of its rooms that one person may know of."""

    group: Group
    role: str
    rooms: list[RoomLine] = field(default_factory=list)
    people: int = 0

    @property
    def unread(self) -> int:
        return sum(line.unread for line in self.rooms)


def directory(account: User | None, *, group: Group | None = None) -> list[GroupLines]:
    """Groups and rooms that this person may know of, with unread counts; eight queries however many there are."""
    rights = access.fresh_rights(account)
    roles = access.roles_of(account) if account else {}
    staff = account is not None and access.is_staff(account)
    pictures = get_image_model().objects.prefetch_renditions(*COVERS)
    groups = Group.objects.annotate(people=Count("members")).prefetch_related(Prefetch("cover", pictures))
    groups = groups.filter(pk=group.pk) if group else groups.filter(purpose=Purpose.TALK)
    rooms = _with_last(_listed_rooms(group))
    seats = _seats(account)
    found = {g.pk: GroupLines(g, roles.get(g.pk, ""), people=g.people) for g in groups}
    named = _named(account)
    for room in rooms:
        lines = found[room.group_id]
        role = Role.MODERATOR.value if staff else lines.role
        can = access.can(room, account, rights, role)
        if can.read or (room.listed and (room.group.listed or role)):
            lines.rooms.append(_line(room, can.read, seats.get(room.pk), named))
    return [lines for lines in found.values() if lines.group.listed or lines.role or staff]


def _listed_rooms(group: Group | None) -> QuerySet[Room]:
    """Rooms that lists show. Below the stories there are as many as there are stories: the latest that were used."""
    rooms = Room.objects.select_related("group")
    if group is not None and group.purpose == Purpose.COMMENTS:
        return rooms.filter(group=group, last_no__gt=0).order_by("-pk")[:MOST_LISTED]
    return rooms.filter(group=group) if group is not None else rooms.filter(group__purpose=Purpose.TALK)


def _with_last(rooms: QuerySet[Room]) -> QuerySet[Room]:
    last = Message.objects.filter(room=OuterRef("pk"), thread=None, deleted_at=None, hidden_at=None).order_by("-no")
    return rooms.annotate(
        last_at=Subquery(last.values("created_at")[:1]),
        last_html=Subquery(last.values("html")[:1]),
        last_parts=Subquery(last.values("parts")[:1]),
        last_by=Subquery(last.values("sender__name")[:1]),
    )


def _seats(account: User | None) -> dict[int, int]:
    return dict(Seat.objects.filter(account=account).values_list("room_id", "last_read_no")) if account else {}


def _named(account: User | None) -> set[int]:
    """Rooms in which the person was mentioned beyond what they have read."""
    if account is None:
        return set()
    rows = Mention.objects.filter(account=account, room__seats__account=account, no__gt=F("room__seats__last_read_no"))
    return set(rows.values_list("room_id", flat=True))


def _line(room: Any, reads: bool, read_to: int | None, named: set[int]) -> RoomLine:
    if not reads:
        return RoomLine(room, locked=True)
    unread = max(0, room.last_no - read_to) if read_to is not None else 0
    return RoomLine(
        room,
        False,
        unread,
        unread > 0 and room.pk in named,
        room.last_at,
        room.last_by or "",
        parts.line(room.last_html or "", room.last_parts),
    )


def matching(lines: list[GroupLines], query: str) -> list[GroupLines]:
    """Groups whose own words or rooms hold the query."""
    low = query.lower()

    def words(thing: Group | Room) -> str:
        return f"{thing.name_zh} {thing.name_en} {thing.about_zh} {thing.about_en}".lower()

    return [g for g in lines if low in words(g.group) or any(low in words(line.room) for line in g.rooms)]


def unread_rooms(account: User) -> list[RoomLine]:
    """Rooms with something unread, the fullest first."""
    lines = [line for group in directory(account) for line in group.rooms if line.unread]
    return sorted(lines, key=lambda line: -line.unread)


def unread_total(account: User) -> int:
    """How many rooms have something unread; for the badge of the dock. Two queries beside the request's own rights."""
    rows = Seat.objects.filter(
        account=account, muted=False, room__last_no__gt=F("last_read_no"), room__group__purpose=Purpose.TALK
    )
    seats = rows.select_related("room__group").annotate(
        role=Subquery(GroupMember.objects.filter(account=account, group=OuterRef("room__group")).values("role")[:1])
    )
    found = list(seats)
    rights = access.rights(account) if found else access.Rights()
    return sum(access.can(seat.room, account, rights, seat.role or "").read for seat in found)


def page(
    room: Room, *, before: int | None = None, after: int | None = None, around: int | None = None, size: int = PAGE
) -> list[Message]:
    """A stretch of the room, oldest first: the newest, those below `before`, above `after`, or `around` a number."""
    rows = Message.objects.filter(room=room, thread=None).select_related("sender", "reply_to__sender")
    if around is not None:
        half = size // 2
        return [
            *list(rows.filter(no__lt=around).order_by("-no")[:half])[::-1],
            *rows.filter(no__gte=around).order_by("no")[:half],
        ]
    if after is not None:
        return list(rows.filter(no__gt=after).order_by("no")[:size])
    rows = rows.filter(no__lt=before) if before is not None else rows
    return list(rows.order_by("-no")[:size])[::-1]


def thread_page(root: Message, *, before: int | None = None, size: int = PAGE) -> list[Message]:
    """What is said under a message, oldest first: the newest, or those before a message (its id)."""
    rows = Message.objects.filter(thread=root).select_related("sender", "reply_to__sender")
    rows = rows.filter(pk__lt=before) if before is not None else rows
    return list(rows.order_by("-pk")[:size])[::-1]


def first_of_day(room: Room, day: date) -> int | None:
    """The number of the first message on that day or later, by the house's time zone; None when there is none."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    rows = Message.objects.filter(room=room, thread=None, created_at__gte=begins).order_by("no")
    return rows.values_list("no", flat=True).first()


def pins(room: Room) -> list[Message]:
    rows = Message.objects.filter(room=room, deleted_at=None, hidden_at=None).exclude(pinned_at=None)
    return list(rows.select_related("sender").order_by("-pinned_at")[:3])


def hosts(group: Group) -> list[GroupMember]:
    """Those who look after the group, hosts first."""
    rows = GroupMember.objects.filter(group=group, role__in=[Role.HOST, Role.MODERATOR]).select_related("account")
    return list(rows.order_by("role", "pk"))


def members(group: Group, most: int = 8) -> list[GroupMember]:
    """Some of the people in the group: those with a badge or a task first."""
    rows = GroupMember.objects.filter(group=group, account__is_active=True).select_related("account")
    return list(rows.order_by("-badge_zh", "pk")[:most])
