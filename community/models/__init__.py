"""Every table of the community."""

from community.models.block import Block
from community.models.group import Group, GroupMember
from community.models.joining import GroupInvite, GroupRequest, GroupRules
from community.models.message import Mention, Message, Reaction, Revision
from community.models.room import Room, RoomEvent, Seat
from community.models.said import SaidWords
from community.moderation.models import Appeal, Case, PowerPause, Report, Sanction
from community.moderation.watch_models import HeldMessage, WatchedWord

__all__ = [
    "Appeal", "Block", "Case", "Group", "GroupInvite", "GroupMember", "GroupRequest", "GroupRules", "HeldMessage", "Mention", "Message", "PowerPause", "Reaction", "Report",
    "Revision", "Room", "RoomEvent", "SaidWords", "Sanction", "Seat", "WatchedWord",
]  # fmt: skip
