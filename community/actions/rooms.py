"""Writes on rooms themselves."""

from django.db import transaction

from accounts.models import User
from community import access
from community.actions.numbering import append_event, take_number
from community.chat.protocol import Code, Kind
from community.door import tell_hubs
from community.enums import RoomState
from community.models import Group, Room
from community.refusals import Refused

BOX_GROUP = "the-monthly-box"


@transaction.atomic
def set_room_state(*, actor: User, room_id: int, state: RoomState) -> Room:
    """Open a room, make it read-only, or archive it; for the group's moderators. Raises Refused."""
    try:
        room, can = access.access_room_by_id(actor, room_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if not can.moderate:
        raise Refused(Code.FORBIDDEN)
    if room.state == state:
        return room
    seq = take_number(room.pk).seq
    Room.objects.filter(pk=room.pk).update(state=state)
    append_event(
        room_id=room.pk, seq=seq, kind=Kind.ROOM, actor=actor, message=None, data={"state": RoomState(state).value}
    )
    tell_hubs({"k": "rooms", "room": room.pk})
    return Room.objects.get(pk=room.pk)


@transaction.atomic
def open_edition_room(*, edition_key: str, title_zh: str, title_en: str, entitlement: str) -> Room:
    """The room of a box edition, opened once: its key is the edition's, its readers those whom the box entitles."""
    found = Room.objects.filter(subject_key=edition_key).first()
    if found is not None:
        return found
    group = Group.objects.get_or_create(
        slug=BOX_GROUP,
        defaults={"name_zh": "月令盒", "name_en": "The Monthly Box", "order": 20,
                  "about_zh": "收到盒子的人，在这里一起拆。", "about_en": "Where those who have a box open it together."},
    )[0]  # fmt: skip
    slug = edition_key.replace(":", "-").lower()[:60]
    room, _ = Room.objects.get_or_create(
        group=group, slug=slug,
        defaults={"name_zh": title_zh or title_en, "name_en": title_en or title_zh, "read_key": entitlement,
                  "subject_key": edition_key},
    )  # fmt: skip
    return room


def set_room_subject(*, room: Room, subject_key: str) -> Room:
    """Tie a room to what is talked over in it (`story:<uuid>`, `edition:42`); empty unties it. For staff and seeds."""
    room.subject_key = subject_key
    room.save(update_fields=["subject_key"])
    return room
