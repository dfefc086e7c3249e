"""Every write of the community: named, typed, keyword-only, with an actor, in one transaction each."""

from community.actions.blocks import block, blocked_ids
from community.actions.changes import delete_message, edit_message, pin_message, react
from community.actions.groups import answer_request, invite, join_group, leave_group, set_level, set_role, uninvite
from community.actions.parts import set_parts
from community.actions.reading import mark_read, take_seat
from community.actions.rooms import open_edition_room, set_room_state, set_room_subject
from community.actions.send import send_message
from community.refusals import Refused

__all__ = [
    "Refused",
    "answer_request",
    "block",
    "blocked_ids",
    "delete_message",
    "edit_message",
    "invite",
    "join_group",
    "leave_group",
    "mark_read",
    "open_edition_room",
    "pin_message",
    "react",
    "send_message",
    "set_level",
    "set_parts",
    "set_role",
    "set_room_state",
    "set_room_subject",
    "take_seat",
    "uninvite",
]  # fmt: skip
