"""What happens to a message because of its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from community.enums import CaseState, HeldState, Reason, WatchAct
from community.models import Case, HeldMessage, Message, Report, Room, WatchedWord
from community.moderation.folding import Folded, matcher

DECIDE_WITHIN = timedelta(hours=24)
KEY, KEPT = "community:watched-words", 60
WEIGHT = {WatchAct.FLAG: 1, WatchAct.HOLD: 2, WatchAct.BLOCK: 3}


@dataclass(frozen=True, slots=True)
class Found:
    """The heaviest watched word of a text."""

    word: str
    act: WatchAct


def look(text: str, group_id: int | None) -> Found | None:
    """The heaviest of the words that count in this group, or None. No query while the list is in the cache."""
    words = [(p, WatchAct(a)) for p, a, g in _words() if g in (None, group_id)]
    if not words:
        return None
    folded = Folded(text)
    found = [Found(pattern, act) for pattern, act in words if matcher(pattern).found_in(folded)]
    return max(found, key=lambda f: WEIGHT[f.act], default=None)


def heaviest(texts: Sequence[str], group_id: int | None) -> Found | None:
    """The same over several texts; each is read by itself, so that none makes a word with its neighbour."""
    found = [one for text in texts if (one := look(text, group_id))]
    return max(found, key=lambda f: WEIGHT[f.act], default=None)


def _words() -> list[tuple[str, str, int | None]]:
    known = cache.get(KEY)
    if known is None:
        rows = WatchedWord.objects.filter(active=True).order_by("pk").values_list("pattern", "act", "group_id")
        known = list(rows)
        cache.set(KEY, known, KEPT)
    return list(known)


def forget() -> None:
    """The list changed: every process reads it anew."""
    cache.delete(KEY)


def hold(
    *, sender: User, room: Room, cid: UUID, body: str, answers: tuple[Message | None, Message | None],
    att: Sequence[int] = (), word: str,
) -> HeldMessage:  # fmt: skip
    """Keep a message for a moderator. The same cid is kept once. `answers`: the one it quotes, the one it stands under."""
    reply_to, thread = answers
    kept = {
        "room": room, "body": body, "reply_to": reply_to, "thread": thread, "att": list(att), "word": word,
        "at": timezone.now(),
    }  # fmt: skip
    return HeldMessage.objects.get_or_create(sender=sender, client_id=cid, defaults=kept)[0]


def waits_with(sender: User, att: Sequence[int]) -> bool:
    """Whether one of these uploads belongs to a message of the sender that waits for a moderator."""
    rows = HeldMessage.objects.filter(sender=sender, state=HeldState.WAITING) if att else HeldMessage.objects.none()
    return any(set(att) & set(kept) for kept in rows.values_list("att", flat=True))


def flag(message: Message, word: str) -> Case:
    """Put a message that was said before the moderators, in the house's own name."""
    now = timezone.now()
    opened = {
        "room_id": message.room_id, "author": message.sender, "text": message.body, "reason": Reason.OTHER,
        "url": message.get_absolute_url(), "opened_at": now, "due_at": now + DECIDE_WITHIN,
    }  # fmt: skip
    case, _new = Case.objects.get_or_create(target_key=message.subject, state=CaseState.OPEN, defaults=opened)
    note = word[:500]
    Report.objects.get_or_create(case=case, reporter=None, note=note, defaults={"reason": Reason.OTHER, "at": now})
    return case
