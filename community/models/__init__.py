"""Every table of the community."""

from community.models.group import Group, GroupMember
from community.models.message import Mention, Message, Reaction, Revision
from community.models.room import Room, RoomEvent, Seat
from community.moderation.models import Case, Report

__all__ = [
    "Case", "Group", "GroupMember", "Mention", "Message", "Reaction", "Report", "Revision", "Room", "RoomEvent", "Seat",
]  # fmt: skip
