"""What hangs on a message changes: a preview came, somebody voted. One numbered event replaces the list."""

from collections.abc import Callable

from django.db import transaction

from accounts.models import User
from community.actions.numbering import append_event, take_number
from community.actions.writing import Sent
from community.chat.protocol import Kind
from community.models import Message
from community.parts import Part


@transaction.atomic
def set_parts(
    *, message_id: int, change: Callable[[list[Part]], list[Part]], actor: User | None = None
) -> Sent | None:  # fmt: skip
    """Put another list of parts on a message. `change` gets the list as it stands under the room's lock.

    None where nothing changes, or the message is gone: no number is taken then.
    """
    message = Message.objects.filter(pk=message_id).first()
    if message is None or message.is_tombstone or change(list(message.parts)) == message.parts:
        return None
    with transaction.atomic():
        seq = take_number(message.room_id).seq
        message = Message.objects.get(pk=message_id)
        parts = [] if message.is_tombstone else change(list(message.parts))
        if message.is_tombstone or parts == message.parts:
            transaction.set_rollback(True)  # the number goes back
            return None
        message.parts, message.rev = parts, seq
        message.save(update_fields=["parts", "rev"])
        append_event(
            room_id=message.room_id, seq=seq, kind=Kind.PART, actor=actor, message=message,
            data={"mid": message.pk, "parts": parts},
        )  # fmt: skip
    return Sent(message, seq)
