"""Groups, rooms and what is said in them, for tests."""

import itertools
import uuid
from typing import Any

from accounts.models import User
from community.actions import send_message
from community.actions.send import Sent
from community.enums import Role
from community.models import Group, GroupMember, Room

_numbers = itertools.count(1)


def room(**fields: Any) -> Room:
    """A room for every account, in a group of its own unless one is given."""
    number = next(_numbers)
    group = fields.pop("group", None) or Group.objects.create(
        slug=f"group-{number}", name_zh=f"小组{number}", name_en=f"Group {number}"
    )
    defaults = {"slug": f"room-{number}", "name_zh": f"房间{number}", "name_en": f"Room {number}"}
    return Room.objects.create(group=group, **{**defaults, **fields})


def say(actor: User, where: Room, body: str = "Good evening.", **fields: Any) -> Sent:
    """A message."""
    return send_message(actor=actor, room_id=where.pk, cid=fields.pop("cid", uuid.uuid4()), body=body, **fields)


def moderator(where: Room, account: User) -> User:
    """The account, looking after the room's group from now on."""
    GroupMember.objects.update_or_create(group=where.group, account=account, defaults={"role": Role.MODERATOR})
    return account
