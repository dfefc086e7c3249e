"""Every table of the community."""

from community.models.group import Group, GroupMember
from community.models.message import Mention, Message, Reaction, Revision
from community.models.room import Room, RoomEvent, Seat
from community.moderation.models import Appeal, Case, PowerPause, Report, Sanction

__all__ = [
    "Appeal", "Case", "Group", "GroupMember", "Mention", "Message", "PowerPause", "Reaction", "Report", "Revision", "Room",
    "RoomEvent", "Sanction", "Seat",
]  # fmt: skip
