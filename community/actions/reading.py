"""How far somebody has read. One pointer for each seat; no write per recipient, ever."""

from accounts.models import User
from community import access
from community.models import Room, Seat


def take_seat(*, actor: User, room: Room) -> Seat:
    """A seat in the room; somebody new starts at the end, not with a mountain of unread messages."""
    return Seat.objects.get_or_create(account=actor, room=room, defaults={"last_read_no": room.last_no})[0]


def mark_read(*, actor: User, room_id: int, no: int) -> int:
    """Read up to `no`: never backwards, never beyond the last message. Answers the pointer as it stands, or 0."""
    try:
        room, can = access.access_room_by_id(actor, room_id)
    except access.Missing:
        return 0
    if not can.read:
        return 0
    no = min(no, room.last_no)
    seat, new = Seat.objects.get_or_create(account=actor, room=room, defaults={"last_read_no": no})
    if not new and seat.last_read_no < no:
        Seat.objects.filter(pk=seat.pk, last_read_no__lt=no).update(last_read_no=no)
    return max(no, seat.last_read_no)
