"""May somebody open this file now? The one place that answers; hidden and missing look alike."""

from uuid import UUID

from django.http import Http404

from accounts.models import User
from community import access
from community.access import Can
from community.chat.protocol import Code
from community.enums import HeldState
from community.hung.models import Upload
from community.models import HeldMessage
from community.refusals import Refused


def access_file(account: User | None, group: str, room: str, key: UUID) -> Upload:
    """A file of this room. Raises Http404.

    Before it is sent its owner alone sees it, and moderators while its message waits for them; then whoever reads the room; of a hidden message its moderators alone; of
    one that was taken back nobody.
    """
    return _found(account, group, room, key)[0]


def _found(account: User | None, group: str, room: str, key: UUID) -> tuple[Upload, Can]:
    try:
        found, can = access.access_room(account, group, room)
    except access.Missing as missing:
        raise Http404 from missing
    upload = Upload.objects.select_related("message").filter(key=key, room=found, gone_at=None).first()
    if upload is None or not can.read:
        raise Http404
    message = upload.message
    if message is None:
        mine = account is not None and upload.owner_id == account.pk
        allowed = upload.bound_at is None and (mine or (can.moderate and _waits(upload)))
    elif message.room_id != found.pk or message.deleted_at is not None:
        allowed = False
    else:
        allowed = message.hidden_at is None or can.moderate
    if not allowed:
        raise Http404
    return upload, can


def _waits(upload: Upload) -> bool:
    """Whether it belongs to a message that waits for a moderator."""
    rows = HeldMessage.objects.filter(room=upload.room_id, sender=upload.owner_id, state=HeldState.WAITING)
    return any(upload.pk in att for att in rows.values_list("att", flat=True))


def access_own(account: User, group: str, room: str, key: UUID) -> tuple[Upload, Can]:
    """One's own file of this room, to change what it says. Once it was sent, that is speaking: it asks for the right to
    write. Raises Http404, Refused."""
    upload, can = _found(account, group, room, key)
    if upload.owner_id != account.pk:
        raise Http404
    if upload.message_id is not None and not can.write:
        raise Refused(Code.BARRED if can.bar else Code.OVERDUE if can.overdue else Code.FORBIDDEN)
    return upload, can
