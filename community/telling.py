"""Whether a mention is still worth a letter, two minutes later."""

from datetime import timedelta

from accounts.models import Notice
from community import access
from community.models import Block, Message, Seat

WAITS = timedelta(minutes=2)


def still_worth_a_letter(notice: Notice) -> bool:
    """Not read meanwhile, not gone, still open to the person, and not from somebody whom they do not hear by now."""
    _message, _colon, ident = notice.dedupe.partition(":")
    message = Message.objects.select_related("room__group").filter(pk=ident).first() if ident.isdecimal() else None
    if message is None or message.is_tombstone:
        return False
    if notice.read_at is not None or _has_read(notice, message):
        return False
    if Block.objects.filter(account=notice.account, blocked=message.sender_id).exists():
        return False
    role = access.role_in(notice.account, message.room.group_id)
    return access.can(message.room, notice.account, access.fresh_rights(notice.account), role).read


def _has_read(notice: Notice, message: Message) -> bool:
    """Whether the reader has come to it since. Under a message nobody counts: there the notice itself says it."""
    if message.no is None:
        return False
    return Seat.objects.filter(account=notice.account, room=message.room, last_read_no__gte=message.no).exists()
