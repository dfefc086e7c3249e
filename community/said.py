"""Finding what was said, in the rooms that the asker reads and nowhere else."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from community import access
from community.enums import Purpose
from community.markup import plain
from community.models import Block, Mention, Message, Room, SaidWords
from ground.search import excerpt, index_terms, query_terms

MOST_TERMS = 600  # of one message: the longest has 4,000 signs
NAMED_LENGTH = 240
_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, with the piece of it around the words."""

    message: Message
    excerpt: str


def terms_of(body: str) -> str:
    """The words of a message for the index, each between spaces."""
    words = dict.fromkeys([*_word.findall(body.lower()), *index_terms(body).split()])
    return f" {' '.join(list(words)[:MOST_TERMS])} "


def remember(message: Message) -> None:
    """Write the words of a message that stands. Call it in the transaction that wrote the message."""
    SaidWords.objects.update_or_create(
        message=message, defaults={"room_id": message.room_id, "terms": terms_of(message.body)}
    )


def remember_all(messages: Iterable[Message]) -> None:
    """The words of many messages that are not in the index yet."""
    rows = [SaidWords(message=m, room_id=m.room_id, terms=terms_of(m.body)) for m in messages]
    SaidWords.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def forget(message: Message) -> None:
    """A tombstone is not found."""
    SaidWords.objects.filter(message=message).delete()


def readable(account: User | None) -> list[Room]:
    """Rooms that the account reads at this moment. Five queries at most, however many rooms there are."""
    rights = access.fresh_rights(account)
    roles = access.roles_of(account) if account else {}
    staff = account is not None and access.is_staff(account)
    rooms = Room.objects.select_related("group").filter(group__purpose=Purpose.TALK)
    return [
        r for r in rooms if access.can(r, account, rights, "moderator" if staff else roles.get(r.group_id, "")).read
    ]


def find(
    account: User | None, text: str, *, rooms: Sequence[Room] | None = None, before: int | None = None, most: int = 20
) -> list[Hit]:
    """Messages with all of the words, the latest first; `before` is the id after which to go on.

    `rooms`: some of those that the account reads (`readable`), default all. Whom the account does not hear is not found.
    """
    terms = query_terms(text).split()
    rooms = readable(account) if rooms is None else rooms
    if not terms or not rooms:
        return []
    rows = _having(terms).filter(room__in=[room.pk for room in rooms])
    rows = rows.filter(message__lt=before) if before else rows
    if account is not None:
        rows = rows.exclude(message__sender__in=Block.objects.filter(account=account).values("blocked"))
    found = rows.order_by("-message").values_list("message", flat=True)[:most]
    messages = Message.objects.filter(pk__in=list(found), deleted_at=None, hidden_at=None)
    messages = messages.select_related("room__group", "sender", "thread").order_by("-pk")
    return [Hit(message, excerpt(message.body, text)) for message in messages]


def named(account: User, *, before: int | None = None, most: int = 20) -> list[Hit]:
    """Messages that name the account, in rooms that it reads now, the latest first."""
    mine = Mention.objects.filter(account=account, room=OuterRef("room"), no=OuterRef("no"))
    rows = Message.objects.filter(Exists(mine), room__in=[room.pk for room in readable(account)])
    rows = rows.filter(deleted_at=None, hidden_at=None)
    rows = rows.exclude(sender__in=Block.objects.filter(account=account).values("blocked"))
    rows = rows.filter(pk__lt=before) if before else rows
    found = rows.select_related("room__group", "sender", "thread").order_by("-pk")[:most]
    return [Hit(message, plain(message.html, NAMED_LENGTH)) for message in found]


def _having(terms: list[str]) -> QuerySet[SaidWords]:
    """PostgreSQL has an index for it (a migration made it); elsewhere the words are looked through."""
    if connection.vendor == "postgresql":
        asked = SearchQuery(" & ".join(f"'{term}'" for term in terms), search_type="raw", config="simple")
        return SaidWords.objects.annotate(vector=SearchVector("terms", config="simple")).filter(vector=asked)
    rows = SaidWords.objects.all()
    for term in terms:
        rows = rows.filter(terms__contains=f" {term} ")
    return rows
