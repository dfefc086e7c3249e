"""Many messages of the past at once, as if each had been said, changed and stamped at its moment: for imports and demos.

No rights are asked, nobody is told, nothing is published: hubs find the new head by their sweep. What is written is what
single messages write, so a client that replays the log comes to the same room.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from community import said
from community.actions.numbering import _blank
from community.chat import data
from community.chat.protocol import Kind
from community.enums import Gone
from community.markup import mentioned, render
from community.models import GroupMember, Mention, Message, Reaction, Revision, Room, RoomEvent, Seat
from community.people import places

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One message of the past, and what became of it. All moments are aware and not before `at`.

    `answers` is the cid of an earlier message of the room. `former` is what it said until `changed_at`. A message that was
    taken back keeps no words, no stamps and no pin.
    """

    cid: uuid.UUID
    actor: User
    at: datetime
    body: str
    answers: uuid.UUID | None = None
    former: str = ""
    changed_at: datetime | None = None
    taken_back_at: datetime | None = None
    pinned_at: datetime | None = None
    stamps: Sequence[tuple[str, User, datetime]] = ()


@dataclass(slots=True)
class _Said:
    """A message on its way: its item, its row, and how it stands while the log is told."""

    item: Item
    row: Message
    first: str
    last: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class _Happening:
    at: datetime
    kind: Kind
    item: Item
    stamp: tuple[str, User] | None = None


@transaction.atomic
def import_messages(*, room: Room, items: Iterable[Item], people: Mapping[str, str] | None = None) -> list[Message]:
    """Write them after what the room has, in the order of their moments; answers the new rows, oldest first.

    `people` maps names that may be mentioned to public ids. A cid that the room has already is left out. Raises
    `ValueError` when something happens to a message before it is said. A constant number of queries for each 500.
    """
    wanted = sorted(items, key=lambda item: item.at)
    cids = {item.cid for item in wanted} | {item.answers for item in wanted if item.answers}
    there = {m.client_id: m for m in Message.objects.filter(room=room, client_id__in=cids).select_related("sender")}
    wanted = [item for item in wanted if item.cid not in there]
    story = sorted(_story(wanted), key=lambda one: one.at)
    if not story:
        return []
    told = _rows(room, wanted, story, people or {})
    _answers(told, there)
    _log(room, story, told, there)
    _around(room, told)
    return [one.row for one in told.values()]


def _story(items: Sequence[Item]) -> Iterator[_Happening]:
    for item in items:
        later = [item.changed_at, item.pinned_at, item.taken_back_at, *(at for *_rest, at in item.stamps)]
        if any(at is not None and at < item.at for at in later):
            raise ValueError(f"{item.cid}: something happens to it before it is said")
        yield _Happening(item.at, Kind.MESSAGE, item)
        if item.changed_at:
            yield _Happening(item.changed_at, Kind.EDIT, item)
        if item.taken_back_at:
            yield _Happening(item.taken_back_at, Kind.DELETE, item)
            continue
        if item.pinned_at:
            yield _Happening(item.pinned_at, Kind.PIN, item)
        for stamp, by, at in item.stamps:
            yield _Happening(at, Kind.REACT, item, (stamp, by))


def _rows(
    room: Room, items: Sequence[Item], story: Sequence[_Happening], people: Mapping[str, str]
) -> dict[uuid.UUID, _Said]:
    """Numbers under the room's lock, then the rows as they stand in the end. Ids grow with the numbers."""
    grown = Room.objects.filter(pk=room.pk)
    grown.update(last_seq=F("last_seq") + len(story), last_no=F("last_no") + len(items))
    last_seq, last_no = grown.values_list("last_seq", "last_no").get()
    revs = {one.item.cid: last_seq - len(story) + n for n, one in enumerate(story, start=1)}
    told = {}
    for no, item in enumerate(items, start=last_no - len(items) + 1):
        last = render(item.body, people)
        first = render(item.former, people) if item.former else last
        gone = item.taken_back_at is not None
        row = Message(
            room=room, no=no, rev=revs[item.cid], sender=item.actor, client_id=item.cid, body="" if gone else item.body,
            html="" if gone else last, created_at=item.at, edited_at=item.changed_at, deleted_at=item.taken_back_at,
            gone=Gone.AUTHOR if gone else "", pinned_at=None if gone else item.pinned_at,
        )  # fmt: skip
        told[item.cid] = _Said(item, row, first, last)
    Message.objects.bulk_create([one.row for one in told.values()], batch_size=AT_ONCE)
    return told


def _answers(told: Mapping[uuid.UUID, _Said], there: Mapping[uuid.UUID, Message]) -> None:
    """Whom each answers: known only when all have their ids."""
    answering = [one for one in told.values() if one.item.answers]
    for one in answering:
        cid = one.item.answers
        one.row.reply_to = told[cid].row if cid in told else there.get(cid)  # type: ignore[arg-type,index]
    Message.objects.bulk_update([one.row for one in answering], ["reply_to"], batch_size=AT_ONCE)


def _log(
    room: Room, story: Sequence[_Happening], told: Mapping[uuid.UUID, _Said], there: Mapping[uuid.UUID, Message]
) -> None:
    """The numbered events, each with the words as they stood at its moment; those of tombstones without words."""
    where = places(room.group_id, {one.item.actor.pk for one in told.values()})
    before = Room.objects.values_list("last_seq", flat=True).get(pk=room.pk) - len(story)
    events, revisions = [], []
    for one in told.values():  # back to how it was said; nothing of this is saved
        one.row.html, one.row.body, one.row.deleted_at, one.row.edited_at = one.first, one.item.body, None, None
    for seq, one in enumerate(story, start=before + 1):
        known = told[one.item.cid]
        if one.kind is Kind.EDIT:
            revisions.append(_revision(known))
        payload = _payload(one, known, where.get(one.item.actor.pk))
        known.row.rev = seq
        by = one.stamp[1] if one.stamp else one.item.actor
        events.append(RoomEvent(room=room, seq=seq, kind=one.kind.value, actor=by, message=known.row,
                                payload=_without_words(payload, known, told, there), created_at=one.at))  # fmt: skip
    RoomEvent.objects.bulk_create(events, batch_size=AT_ONCE)
    Revision.objects.bulk_create(revisions, batch_size=AT_ONCE)


def _payload(one: _Happening, known: _Said, place: GroupMember | None) -> dict[str, Any]:
    """What the event says; moves the row on to how it stands after it."""
    row, item = known.row, one.item
    if one.kind is Kind.MESSAGE:
        return data.created(row, place)
    if one.kind is Kind.EDIT:
        row.html, row.edited_at = known.last, item.changed_at
        return data.edited(row)
    if one.kind is Kind.PIN:
        return data.pinned(row)
    if one.kind is Kind.DELETE:
        row.html, row.body, row.deleted_at = "", "", item.taken_back_at
        return {"mid": row.pk, "why": Gone.AUTHOR.value}
    stamp, by = one.stamp or ("", item.actor)
    known.counts[stamp] += 1
    return {"mid": row.pk, "stamp": stamp, "n": known.counts[stamp], "by": str(by.public_id), "on": True}


def _without_words(
    payload: dict[str, Any], known: _Said, told: Mapping[uuid.UUID, _Said], there: Mapping[uuid.UUID, Message]
) -> dict[str, Any]:
    """Somebody who reads the log later never gets what was taken back, nor a quote of it."""
    if known.item.taken_back_at:
        payload = _blank(payload, author=False)
    answered = told.get(known.item.answers) if known.item.answers else None
    if payload.get("reply") and answered and answered.item.taken_back_at:
        payload["reply"] = {**payload["reply"], "name": "", "text": ""}
    return payload


def _revision(known: _Said) -> Revision:
    item = known.item
    return Revision(message=known.row, rev=known.row.rev, body="" if item.taken_back_at else item.former, editor=item.actor,
                    client_id=uuid.uuid5(item.cid, "edit"), at=item.changed_at)  # fmt: skip


def _around(room: Room, told: Mapping[uuid.UUID, _Said]) -> None:
    """Stamps, mentions, the index of words, and seats: who spoke has read up to their own last words."""
    standing = [one for one in told.values() if not one.item.taken_back_at]
    Reaction.objects.bulk_create(
        [Reaction(message=one.row, account=by, stamp=stamp) for one in standing for stamp, by, _at in one.item.stamps],
        batch_size=AT_ONCE,
    )
    said.remember_all(one.row for one in standing)
    named = {(public_id, one.row.no) for one in standing for public_id in mentioned(one.row.html)}
    ids = dict(User.objects.filter(public_id__in={p for p, _no in named}).values_list("public_id", "pk"))
    Mention.objects.bulk_create(
        [Mention(account_id=ids[uuid.UUID(p)], room=room, no=no) for p, no in sorted(named)], ignore_conflicts=True
    )
    last = {one.item.actor.pk: one.row.no or 0 for one in told.values()}
    Seat.objects.bulk_create(
        [Seat(account_id=pk, room=room, last_read_no=no) for pk, no in last.items()],
        update_conflicts=True, unique_fields=["account", "room"], update_fields=["last_read_no"], batch_size=AT_ONCE,
    )  # fmt: skip
