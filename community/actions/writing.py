"""Writing a message down: its number, its row, its event, and who is told. No rights are asked here."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Notice, User
from accounts.notices import notify
from community import access, parts, said
from community.access import Can
from community.actions.numbering import MENTION_KIND, THREAD_KIND, append_event, take_number
from community.chat.data import created, threads_of
from community.chat.protocol import Code, Kind
from community.enums import MODERATING, Level
from community.markup import CALLS, KEEPERS, aliases, mentioned
from community.models import Block, GroupMember, Mention, Message, Room, Seat
from community.parts import Hang
from community.refusals import Refused
from ground import clock

MAX_NAMES = 500
MOST_TOLD = 12  # of those who talk in a thread, the latest: each is asked about under the room's lock


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is to be written. `body` is cleaned text, `html` what it renders to.

    `answered` is quoted above it; `under` is the message whose thread it stands in.
    """

    cid: uuid.UUID
    body: str
    html: str
    at: datetime
    answered: Message | None = None
    under: Message | None = None
    hang: Sequence[Hang] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is in the database. `dup`: it was there already under this cid. `unseen`: those whom it names,
    and who cannot see the room."""

    message: Message
    seq: int
    dup: bool = False
    unseen: tuple[str, ...] = ()


def names_in(room: Room) -> dict[str, str]:
    """Names that can be mentioned here: whoever has a seat in the room or is in its group, the latest first; and those
    who look after it, together."""
    people: list[tuple[str, str]] = []
    for rows in (Seat.objects.filter(room=room), GroupMember.objects.filter(group_id=room.group_id)):
        named = rows.filter(account__is_active=True).exclude(account__name="").order_by("-pk")
        found = named.values_list("account__name", "account__public_id")[:MAX_NAMES]
        people += [(name, str(public_id)) for name, public_id in found]
    return {**aliases(people), **dict.fromkeys(CALLS, KEEPERS)}


def write_message(*, actor: User, room: Room, can: Can, draft: Draft) -> Sent:
    """Number a message and write it. Asks no rights; call it inside a transaction."""
    place = GroupMember.objects.filter(group_id=room.group_id, account=actor).first()
    numbers = take_number(room.pk, message=draft.under is None)
    answered, under = _as_it_stands(draft.answered), _as_it_stands(draft.under)
    if numbers.state != room.state and not can.moderate:
        raise Refused(Code.CLOSED)
    if draft.under is not None and (under is None or under.is_tombstone):
        raise Refused(Code.NOT_FOUND)
    message = Message.objects.create(
        room=room, no=None if under else numbers.no, thread=under, rev=numbers.seq, sender=actor, client_id=draft.cid,
        body=draft.body, html=draft.html, reply_to=answered, created_at=draft.at,
    )  # fmt: skip
    _hang(message, draft.hang)
    data = created(message, place)
    if under is not None:
        data["root"] = threads_of([under])[under.pk]  # counted under the lock: applying it twice is applying it once
    append_event(
        room_id=room.pk, seq=numbers.seq, kind=Kind.MESSAGE, actor=actor, message=message, data=data, at=draft.at
    )
    said.remember(message)
    parts.run(parts.said, message)
    if under is None:
        _read_own(actor, room, numbers.no)
    named = tell_mentioned(message=message, actor=actor, public_ids=mentioned(draft.html))
    if under is not None:
        tell_thread(message=message, actor=actor, root=under, told=named.told)
    return Sent(message, numbers.seq, unseen=named.unseen)


def _as_it_stands(message: Message | None) -> Message | None:
    """The message once more, under the room's lock: it may have gone since it was first read."""
    if message is None:
        return None
    return Message.objects.select_related("sender").filter(pk=message.pk).first()


def _hang(message: Message, hang: Sequence[Hang]) -> None:
    message.parts = [part for one in hang for part in one(message)]
    if message.parts:
        message.save(update_fields=["parts"])


def _read_own(actor: User, room: Room, no: int) -> None:
    """What one has written is read, if nothing before it was unread."""
    seat, new = Seat.objects.get_or_create(account=actor, room=room, defaults={"last_read_no": no})
    if not new and seat.last_read_no == no - 1:
        Seat.objects.filter(pk=seat.pk, last_read_no__lt=no).update(last_read_no=no)


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in a message: `told` are accounts (ids), `unseen` the names of those who cannot see the room."""

    told: set[int]
    unseen: tuple[str, ...]


def tell_mentioned(*, message: Message, actor: User, public_ids: Iterable[str]) -> Named:
    """Note mentions and tell the people mentioned, once each, never oneself.

    Who has a seat may have lost the right since, or does not hear the writer: they are told nothing.
    """
    ids, told = set(public_ids), set[int]()
    people = list(User.objects.filter(public_id__in=ids - {KEEPERS}, is_active=True)) if ids - {KEEPERS} else []
    outside = [p for p in people if p.pk != actor.pk and not _reads(p, message.room)]
    people = [p for p in people if p not in outside]
    if KEEPERS in ids:  # they look after the group: its rooms are open to them
        people += [p for p in _keepers(message.room) if p not in people]
    for account in _hearing(actor, people):
        if message.no is not None:
            Mention.objects.get_or_create(account=account, room=message.room, no=message.no)
        if not _wants_nothing(account, message):
            notify(account=account, kind=MENTION_KIND, subject_key=message.room.subject,
                   context=context_of(message, actor), dedupe=message.subject)  # fmt: skip
        told.add(account.pk)
    return Named(told, tuple(p.display_name for p in outside))


def _keepers(room: Room) -> list[User]:
    """Those who look after the group now."""
    rows = GroupMember.objects.filter(group_id=room.group_id, role__in=MODERATING, account__is_active=True)
    rows = rows.filter(Q(term_ends=None) | Q(term_ends__gt=clock.now())).select_related("account")
    return [row.account for row in rows]


def tell_thread(*, message: Message, actor: User, root: Message, told: set[int]) -> None:
    """Tell those who talk under a message that somebody went on there; nobody a second time before they looked."""
    rows = Message.objects.filter(thread=root).exclude(sender=None).order_by("-pk")
    talking = {root.sender_id, *rows.values_list("sender_id", flat=True)[:MOST_TOLD]} - told - {None}
    waiting = Notice.objects.filter(kind=THREAD_KIND, subject_key=root.subject, read_at=None)
    people = User.objects.filter(pk__in=talking, is_active=True).exclude(pk__in=waiting.values("account"))
    for account in _hearing(actor, [p for p in people if _reads(p, message.room)]):
        if not _wants_nothing(account, message):
            notify(account=account, kind=THREAD_KIND, subject_key=root.subject,
                   context=context_of(message, actor), dedupe=message.subject)  # fmt: skip


def _hearing(actor: User, people: Iterable[User]) -> list[User]:
    """Those who hear the actor; nobody hears themselves."""
    deaf = set(Block.objects.filter(blocked=actor).values_list("account_id", flat=True))
    return [p for p in people if p.pk != actor.pk and p.pk not in deaf]


def _wants_nothing(account: User, message: Message) -> bool:
    """Whether the room's badge says it, and nothing else does."""
    places = GroupMember.objects.filter(group=message.room.group, account=account, level=Level.NOTHING)
    return places.exists()


def context_of(message: Message, actor: User) -> dict[str, object]:
    """What a notice about a message says and where it leads. Bring `room__group` and `thread` along."""
    return {
        "by": actor.display_name, "text": parts.line(message.html, message.parts), "group": message.room.group.slug,
        "room": message.room.slug, "room_zh": message.room.name_zh, "room_en": message.room.name_en,
        "no": message.no or (message.thread.no if message.thread else None),
        "under": message.anchor if message.thread_id else "",
    }  # fmt: skip


def _reads(account: User, room: Room) -> bool:
    return access.can(room, account, access.fresh_rights(account), access.role_in(account, room.group_id)).read
