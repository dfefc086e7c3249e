"""Those who want to hear of everything in a group: told once for each room until they have looked.

A sweep and not the sender does it: a burst of messages is one notice, and nobody who speaks waits for it.
"""

from datetime import datetime

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Notice
from accounts.notices import notify
from community import access
from community.actions.numbering import NEWS_KIND
from community.actions.writing import context_of
from community.enums import Level
from community.models import Block, Message, Seat

AT_ONCE = 200


def tell_listeners(now: datetime | None = None) -> int:
    """Tell whoever has something unread and wants to hear of everything there; answers how many were told."""
    waiting = Notice.objects.filter(
        account=OuterRef("account"), kind=NEWS_KIND, read_at=None,
        subject_key=Concat(Value("room:"), Cast(OuterRef("room"), CharField())),
    )  # fmt: skip
    rows = Seat.objects.filter(
        ~Exists(waiting), room__last_no__gt=F("last_read_no"), muted=False, account__is_active=True,
        room__group__members__account=F("account"), room__group__members__level=Level.EVERYTHING,
    )  # fmt: skip
    return sum(map(_tell, rows.select_related("account", "room__group").order_by("pk")[:AT_ONCE]))


def _tell(seat: Seat) -> bool:
    account, room = seat.account, seat.room
    role = access.role_in(account, room.group_id)
    if not access.can(room, account, access.fresh_rights(account), role).read:
        return False
    rows = Message.objects.filter(room=room, no__gt=seat.last_read_no, deleted_at=None, hidden_at=None)
    rows = rows.exclude(sender=account).exclude(sender__in=Block.objects.filter(account=account).values("blocked"))
    message = rows.select_related("sender", "room__group", "thread").order_by("-no").first()
    if message is None or message.sender is None:
        return False
    context = context_of(message, message.sender)
    return bool(
        notify(account=account, kind=NEWS_KIND, subject_key=room.subject, context=context, dedupe=message.subject)
    )
