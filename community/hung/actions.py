"""What is done with files: taken in, described, bound to a message, made small, taken away."""

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from community.access import Can
from community.actions.parts import set_parts
from community.chat.protocol import Code
from community.enums import AppealState, HeldState, WatchAct
from community.hung import naming, pictures
from community.hung.enums import MEGABYTE, MOST_A_MESSAGE, MOST_ALT, MOST_BYTES, FileKind
from community.hung.models import Upload
from community.hung.refusing import BadUpload
from community.hung.sniffing import sniff
from community.models import HeldMessage, Message, Room
from community.moderation import appeals, watching
from community.refusals import Refused
from ground import clock

log = logging.getLogger(__name__)
DAY = timedelta(days=1)
AGAIN = timedelta(minutes=5)  # a worker that died with a picture in its hands is given this long
TRIES = 4
Part = dict[str, Any]


def take_in(*, actor: User, room: Room, name: str, data: bytes, alt: str = "") -> Upload:
    """Keep a file for a message that is still to be said in the room. Asks no rights. Raises BadUpload.

    A picture is drawn anew here, before anybody else gets to see it; its small form is made later.
    """
    _size(len(data))
    _day(actor, len(data))  # before anything is drawn; and again below, where nobody else brings anything meanwhile
    kind = sniff(data)
    if kind is None:
        raise BadUpload("kind", _("Pictures (JPEG, PNG, WebP, GIF, HEIC), PDF and plain text can be sent here; this is something else."))  # fmt: skip
    if kind is FileKind.PICTURE:
        drawn = pictures.redraw(data)
        data, mime, ending, size = drawn.data, drawn.mime, drawn.ending, (drawn.width, drawn.height)
    else:
        mime, ending, size = ("application/pdf" if kind is FileKind.PDF else "text/plain"), "", (0, 0)
    now = timezone.now()
    upload = Upload(
        owner=actor, room=room, kind=kind, name=naming.clean(name, kind, ending), alt=_words(alt), mime=mime,
        size=len(data), width=size[0], height=size[1], created_at=now,
        thumb_due_at=now if kind is FileKind.PICTURE else None,
    )  # fmt: skip
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        _day(actor, len(data))
        upload.file.save(f"{secrets.token_hex(16)}.{ending or kind.value}", ContentFile(data), save=False)
        upload.save()
        if upload.thumb_due_at:
            transaction.on_commit(_nudge)
    return upload


def _size(size: int) -> None:
    """One file's measure, in bytes."""
    if not size:
        raise BadUpload("empty", _("There is nothing in this file."))
    if size > MOST_BYTES:
        raise BadUpload(
            "too_large", _("This file is larger than %(n)s MB.") % {"n": MOST_BYTES // MEGABYTE}, status=413
        )


def _day(actor: User, size: int) -> None:
    """The day's measure, with so many bytes more."""
    today = Upload.objects.filter(owner=actor, created_at__gt=timezone.now() - DAY)
    taken = today.aggregate(n=Sum("size"))["n"] or 0
    if today.count() >= settings.FILES_A_DAY or taken + size > settings.FILE_MEGABYTES_A_DAY * MEGABYTE:
        raise BadUpload("quota", _("That was a lot for one day. Tomorrow there is room for more."), status=429)


def _words(alt: str) -> str:
    return " ".join(alt.split())[:MOST_ALT]


def describe(*, actor: User, upload: Upload, alt: str, can: Can) -> None:
    """Say what is to be seen on one's own picture. On a message that was said, watched words count as in an edit; while
    a moderator looks at it, its words stay. Asks no rights but whose it is. Raises Refused."""
    upload.alt = _words(alt)
    with transaction.atomic():
        bound = _for_words(actor, upload)
        found = watching.look(upload.alt, bound.room.group_id) if bound and not can.moderate else None
        if found and found.act != WatchAct.FLAG:
            raise Refused(Code.WORDS)
        Upload.objects.filter(pk=upload.pk).update(alt=upload.alt)
        if bound and found:
            watching.flag(bound, found.word)
    _tell(upload, actor)  # takes the room's lock, which whoever sends a file holds before the file's


def _for_words(actor: User, upload: Upload) -> Message | None:
    """The message on which it hangs by now; the row stays locked, so that no message takes it meanwhile."""
    mine = Upload.objects.select_for_update().filter(pk=upload.pk, owner=actor, gone_at=None).first()
    if mine is None:
        raise Refused(Code.NOT_FOUND)
    if mine.message_id is None and mine.pk in _held():
        raise Refused(Code.FORBIDDEN)
    return Message.objects.select_related("room__group", "sender", "thread").filter(pk=mine.message_id).first()


def _tell(upload: Upload, actor: User | None = None) -> None:
    """The message on which it hangs, if it does, shows it as it is now."""
    bound = Upload.objects.filter(pk=upload.pk).values_list("message_id", flat=True).first()
    if bound is not None:
        show_anew(bound, actor)


def show_anew(message_id: int, actor: User | None = None) -> None:
    """A message shows its files as they are now; read under the room's lock, so that two changes lose nothing."""

    def change(parts: list[Part]) -> list[Part]:
        now = Upload.objects.filter(message=message_id, gone_at=None).in_bulk()
        return [now[p["id"]].part() if p.get("kind") == "file" and p.get("id") in now else p for p in parts]

    set_parts(message_id=message_id, change=change, actor=actor)


def attach(actor: User, room: Room, ids: Sequence[int]) -> Callable[[Message], list[Part]]:
    """One's own uploads in this room as something to hang on a message. Raises Refused."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_A_MESSAGE:
        raise Refused(Code.BAD)
    mine = Upload.objects.filter(pk__in=wanted, owner=actor, room=room, message=None, bound_at=None, gone_at=None)
    if mine.count() != len(wanted):
        raise Refused(Code.NOT_FOUND)

    def hang(message: Message) -> list[Part]:
        if mine.update(message=message, bound_at=timezone.now()) != len(wanted):
            raise Refused(Code.NOT_FOUND)  # another tab sent one of them
        found = Upload.objects.in_bulk(wanted)
        return [found[pk].part() for pk in wanted]

    return hang


def unsent(ids: Sequence[int]) -> dict[int, Part]:
    """Those that are there and hang on nothing, as parts."""
    rows = Upload.objects.filter(pk__in=ids, message=None, bound_at=None, gone_at=None)
    return {upload.pk: upload.part() for upload in rows}


# --- small pictures -----------------------------------------------------------------------------------------------


def _nudge() -> None:
    from community.hung.tasks import make_thumbs

    try:
        make_thumbs.delay()
    except Exception as trouble:  # the broker is away: the sweep finds the row within a minute
        log.warning("broker away: %s", type(trouble).__name__)


def thumbs_due(now: datetime | None = None) -> int:
    """Make every small picture that is due; answers how many. Safe to run in several workers at once."""
    now, made = timezone.now(), 0
    due = Upload.objects.filter(thumb_due_at__lte=now, gone_at=None)
    for pk in list(due.order_by("thumb_due_at").values_list("pk", flat=True)[:100]):
        if due.filter(pk=pk).update(thumb_due_at=now + AGAIN):  # claimed: whoever comes second changes nothing
            made += _make_thumb(Upload.objects.get(pk=pk))
    return made


def _make_thumb(upload: Upload) -> bool:
    try:
        with upload.file.open("rb") as file:
            small = pictures.thumb(file.read())
    except pictures.TROUBLE as trouble:
        upload.tries += 1
        upload.thumb_due_at = timezone.now() + AGAIN * 2**upload.tries if upload.tries < TRIES else None
        upload.save(update_fields=["tries", "thumb_due_at"])
        log.warning("no small picture of %s: %s", upload.pk, type(trouble).__name__)
        return False
    upload.thumb.save(f"{secrets.token_hex(16)}.webp", ContentFile(small.data), save=False)
    upload.thumb_due_at = None
    if not Upload.objects.filter(pk=upload.pk, gone_at=None).update(thumb=upload.thumb.name, thumb_due_at=None):
        upload.thumb.delete(save=False)  # it was taken back meanwhile
        return False
    _tell(upload)
    return True


# --- taking away --------------------------------------------------------------------------------------------------


def bury(message: Message) -> None:
    """A message was taken back or erased: its files go with it, after commit. Call inside its transaction."""
    if message.pk is not None:
        discard(Upload.objects.filter(message=message, gone_at=None))


def discard(uploads: QuerySet[Upload]) -> int:
    """Take the contents away for good, after commit; the rows stay for the day's measure. Answers how many."""
    rows = list(uploads)
    Upload.objects.filter(pk__in=[u.pk for u in rows]).update(
        gone_at=timezone.now(), thumb_due_at=None, name="", alt=""
    )
    for upload in rows:
        transaction.on_commit(lambda u=upload: _delete_files(u))
    return len(rows)


def _delete_files(upload: Upload) -> None:
    for field in (upload.file, upload.thumb):
        if field:
            field.storage.delete(field.name)


def sweep(now: datetime | None = None) -> int:
    """Take away what was brought and never sent, what lost its message, and rows that no day's measure needs.

    Files of rows that are gone are deleted once more: a process may have died between its commit and the deletion.
    """
    old = timezone.now() - DAY
    with transaction.atomic():
        lost = Upload.objects.filter(message=None, gone_at=None).exclude(pk__in=_held())
        gone = discard(lost.filter(Q(created_at__lt=old) | Q(bound_at__isnull=False))[:200])
    for upload in Upload.objects.filter(gone_at__lt=timezone.now() - AGAIN, created_at__lt=old)[:200]:
        _delete_files(upload)
        upload.delete()
    return gone


def _held() -> set[int]:
    """Files of messages that wait for a moderator, and of refused ones while an objection may let them out."""
    unheard = Q(sanction__appeal=None, sanction__begins_at__gt=clock.now() - appeals.WITHIN)
    unheard |= Q(sanction__appeal__state=AppealState.OPEN)
    kept = Q(state=HeldState.WAITING) | (Q(state=HeldState.REFUSED, sanction__lifted_at=None) & unheard)
    rows = HeldMessage.objects.filter(kept).exclude(att=[])
    return {pk for att in rows.values_list("att", flat=True) for pk in att}
