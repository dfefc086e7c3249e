"""Tags that other pages use: `{% load community_tags %}{% room_card "story:…" %}`."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from community import access, parts
from community.comments import room_under
from community.enums import Purpose, Reason, SanctionKind
from community.models import GroupMember, Message, Room, Seat
from ground.localized import pick
from ground.templatetags.yaji import tint

register = template.Library()
FACES = 4


@register.inclusion_tag("community/parts/room_card.html", takes_context=True)
def room_card(context: dict[str, Any], subject_key: str) -> dict[str, Any]:
    """The room in which a story or an edition is talked over, as a card; nothing when there is none.

    Five queries at most, whatever the room holds. Of a room that is shut to the reader only the name is told.
    """
    room = (
        Room.objects.select_related("group")
        .filter(subject_key=subject_key, listed=True, group__listed=True, group__purpose=Purpose.TALK)
        .first()
    )
    if room is None or not subject_key:
        return {"room": None}
    request = context.get("request")
    account = access.signed_in(getattr(request, "user", None)) if request else None
    reads = access.can(room, account, access.fresh_rights(account), _role(account, room)).read
    language = get_language() or "en"
    card = {"room": room, "title": pick(room, "name", language), "reads": reads, "card_id": f"room-card-{room.pk}"}
    return {**card, **(_inside(room) if reads else {})}


@register.simple_tag(takes_context=True)
def may_read_under(context: dict[str, Any], subject_key: str) -> bool:
    """True where something is talked over below this and the reader may read it: only then is there a way to it."""
    room = room_under(subject_key)
    if room is None:
        return False
    request = context.get("request")
    account = access.signed_in(getattr(request, "user", None)) if request else None
    return bool(access.can(room, account, access.fresh_rights(account), _role(account, room)).read)


@register.filter
def from_iso(value: str) -> datetime | None:
    """A moment out of a notice's words."""
    return datetime.fromisoformat(value) if value else None


@register.filter
def reason_label(value: str) -> str:
    """Why, in words."""
    return str(Reason(value).label) if value in Reason.values else ""


@register.filter
def sanction_label(value: str) -> str:
    """What was decided, in words."""
    return str(SanctionKind(value).label) if value in SanctionKind.values else ""


def _role(account: User | None, room: Room) -> str:
    if account is None:
        return ""
    place = GroupMember.objects.filter(group_id=room.group_id, account=account).values_list("role", flat=True)
    return place.first() or ""


def _inside(room: Room) -> dict[str, Any]:
    latest = list(
        Message.objects.filter(room=room, thread=None, deleted_at=None, hidden_at=None).exclude(sender=None)
        .select_related("sender").order_by("-no")[:20]
    )  # fmt: skip
    faces = list({m.sender_id: m.sender for m in latest if m.sender}.values())[:FACES]
    card: dict[str, Any] = {
        "faces": [{"name": a.display_name, "tint": tint(a.public_id)} for a in faces],
        "seats": Seat.objects.filter(room=room).count(),
    }
    if latest and latest[0].sender:
        ago = timesince(latest[0].created_at, timezone.now(), depth=1)
        card["quote"] = parts.line(latest[0].html, latest[0].parts, 80)
        card["quote_by"] = _("%(name)s, %(ago)s ago") % {"name": latest[0].sender.display_name, "ago": ago}
    return card
