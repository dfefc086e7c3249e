"""The demo's circles: groups, their rooms, fourteen months of talk and this evening's. Running it again changes nothing."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from community import demo_covers, demo_crowd, demo_groups
from community.actions.send import import_message
from community.demo_talk import CAST, GROUPS, PLACES, TALK, Line
from community.models import Group, GroupMember, Message, Reaction, Room, Seat
from community.moderation.team import ensure_team
from membership.actions import Source, grant

NAMESPACE = uuid.UUID("6f0d7f0a-52f5-4a63-9c39-1f4c1f1d9a30")


def seed(step: Callable[[str], None]) -> None:
    """Groups, rooms, people and messages."""
    step("circles and rooms")
    cast = {key: _person(email, name, language) for key, email, name, language in CAST}
    rooms: dict[str, Room] = {}
    for order, group in enumerate(GROUPS):
        rooms.update(_group(group, 10 * (order + 1)))
    for group in demo_groups.GROUPS:
        rooms.update(_group(group, group["order"]))
    for slug, more in demo_groups.MORE_ROOMS.items():
        rooms.update(_rooms(Group.objects.get(slug=slug), more, first=5))
    demo_covers.hang()
    _places(cast)
    team = ensure_team()
    if team is not None:
        cast["liu"].groups.add(team)
    step("what was said before")
    evening = [rooms[slug] for slug in TALK]
    if demo_crowd.fill(step, cast):
        demo_crowd.forget_seats(evening, list(cast.values()))
    step("an evening's talk")
    for slug, lines in TALK.items():
        _talk(rooms[slug], lines, cast)
    _seats(cast, rooms)


def _person(email: str, name: str, language: str) -> User:
    """One of the demo's people; those without a sign-in of their own cannot sign in."""
    account = User.objects.filter(email=email).first()
    if account is None:
        since = timezone.now() - timedelta(days=demo_crowd.DAYS)
        account = User.objects.create_user(email, None, name=name, language=language, created_at=since)
        for key in ("rooms:members", "rooms:companion", "rooms:patron"):
            grant(account=account, key=key, source=Source("demo", "cast"), actor="demo")
    return account


def _group(data: dict[str, Any], order: int) -> dict[str, Room]:
    fields = {key: value for key, value in data.items() if key not in ("slug", "rooms")}
    group, _ = Group.objects.get_or_create(slug=data["slug"], defaults={**fields, "order": order})
    return _rooms(group, data["rooms"])


def _rooms(group: Group, rooms: list[dict[str, Any]], first: int = 1) -> dict[str, Room]:
    found = {}
    for number, room in enumerate(rooms, start=first):
        extra = {key: value for key, value in room.items() if key != "slug"}
        found[room["slug"]], _ = Room.objects.get_or_create(
            group=group, slug=room["slug"], defaults={**extra, "order": 10 * number}
        )
    return found


def _places(cast: dict[str, User]) -> None:
    for slug, key, role, zh, en in PLACES:
        group = Group.objects.get(slug=slug)
        GroupMember.objects.get_or_create(
            group=group, account=cast[key], defaults={"role": role, "badge_zh": zh, "badge_en": en}
        )


def _talk(room: Room, lines: list[Line], cast: dict[str, User]) -> None:
    """Says what is not said yet. The last line was said some minutes ago, whenever the demo is seeded."""
    now = timezone.now()
    said: dict[str, Message] = {}
    for line in lines:
        cid = uuid.uuid5(NAMESPACE, f"{room.slug}:{line.key}")
        answered = said.get(line.reply)
        known = Message.objects.filter(sender=cast[line.by], client_id=cid).first()
        said[line.key] = known or import_message(
            actor=cast[line.by], room=room, cid=cid, body=line.text, answered=answered,
            at=now - timedelta(minutes=line.ago),
        ).message  # fmt: skip
        if known is None:
            _stamp(said[line.key], line.stamps, list(cast.values()))
        if known is None and line.pinned:
            Message.objects.filter(pk=said[line.key].pk).update(pinned_at=now)


def _stamp(message: Message, stamps: str, people: list[User]) -> None:
    """`妙5善2`: so many people put that stamp."""
    for i in range(0, len(stamps), 2):
        for account in [p for p in people if p.pk != message.sender_id][: int(stamps[i + 1])]:
            Reaction.objects.get_or_create(message=message, account=account, stamp=stamps[i])


def _seats(cast: dict[str, User], rooms: dict[str, Room]) -> None:
    """The demo's own people have seats with something unread."""
    for email, slug, unread in (
        ("member@example.com", "kiln-opening-night", 4),
        ("member@example.com", "glazes-and-recipes", 2),
        ("friend@example.com", "kiln-opening-night", 2),
        ("patron@example.com", "patrons-corner", 1),
        ("reader@example.com", "the-parlour", 2),
        ("moderator@example.com", "kiln-opening-night", 0),
    ):
        account = User.objects.filter(email=email).first()
        if account is not None:
            room = Room.objects.get(pk=rooms[slug].pk)
            GroupMember.objects.get_or_create(group_id=room.group_id, account=account)
            Seat.objects.get_or_create(
                account=account, room=room, defaults={"last_read_no": max(0, room.last_no - unread)}
            )
