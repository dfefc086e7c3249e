"""Asking: a message whose words are the question, with the poll hung on it in the same transaction."""

import unicodedata
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from community import access
from community.actions.send import send_message
from community.actions.writing import Sent
from community.chat.protocol import BadFrame, Code, clean_body
from community.enums import WatchAct
from community.markup import render
from community.models import Message
from community.moderation import watching
from community.parts import Hang, Part
from community.refusals import Refused
from community.trust import NEW_LINKS, at_least_met
from community.votes.models import Choice, Poll
from community.votes.polls.part import part

QUESTION, CHOICE, CHOICES = 200, 80, (2, 10)
CLOSES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "never": None}


def ask(
    *, actor: User, room_id: int, cid: uuid.UUID, question: str, choices: Sequence[str], several: bool = False,
    secret: bool = False, closes: str = "never",
) -> Sent:  # fmt: skip
    """Ask something in a room. `closes` is a key of `CLOSES`. The same `cid` asks once.

    What counts for messages counts for the question and its answers; a watched word that would hold a message refuses a
    poll, for an answer cannot wait. Raises Refused: bad, empty, too_long, words, newcomer, and what a message may be refused for.
    """
    question, answers = _question(question), _choices(choices)
    if closes not in CLOSES:
        raise Refused(Code.BAD)
    word = _judge(actor, room_id, "\n\n".join([question, *answers]))
    after = CLOSES[closes]

    def hang(message: Message) -> list[Part]:
        poll = Poll.objects.create(
            message=message, question=question, several=several, secret=secret,
            closes_at=timezone.now() + after if after else None,
        )  # fmt: skip
        Choice.objects.bulk_create([Choice(poll=poll, order=n, text=text) for n, text in enumerate(answers)])
        if word:
            watching.flag(message, word)
        return [part(poll)]

    hangs: list[Hang] = [hang]
    sent = send_message(actor=actor, room_id=room_id, cid=cid, body=question, hang=hangs)
    if not isinstance(sent, Sent):
        raise Refused(Code.WORDS)
    return sent


def _question(text: str) -> str:
    try:
        kept = clean_body(text)
    except BadFrame as bad:
        raise Refused(bad.code) from bad
    if len(kept) > QUESTION:
        raise Refused(Code.TOO_LONG)
    return kept


def _choices(texts: Sequence[str]) -> list[str]:
    """Two to ten answers, each once. Empty lines of the form are left out."""
    kept = [" ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    kept = [text for text in kept if text]
    if len(kept) < CHOICES[0]:
        raise Refused(Code.EMPTY)
    if len(kept) > CHOICES[1] or len({text.casefold() for text in kept}) < len(kept):
        raise Refused(Code.BAD)
    if any(len(text) > CHOICE for text in kept):
        raise Refused(Code.TOO_LONG)
    return kept


def _judge(actor: User, room_id: int, text: str) -> str:
    """Watched words and the limits of newcomers, over all of it; answers a word that is only flagged. Raises Refused."""
    try:
        room, can = access.access_room_by_id(actor, room_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if can.moderate:
        return ""
    if render(text).count("<a ") > NEW_LINKS and not at_least_met(actor):
        raise Refused(Code.NEWCOMER)
    found = watching.look(text, room.group_id)
    if found and found.act != WatchAct.FLAG:
        raise Refused(Code.WORDS)
    return found.word if found else ""
