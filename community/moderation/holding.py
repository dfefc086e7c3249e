"""Held messages: let them be said, or refuse them with reasons."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community import access, parts
from community.access import Can
from community.actions.writing import Draft, Sent, names_in, write_message
from community.chat.protocol import Code
from community.enums import MODERATING, HeldState, Reason, SanctionKind
from community.markup import render
from community.models import HeldMessage
from community.moderation import sanctions
from community.refusals import Refused

EVERYTHING = Can(read=True, write=True, moderate=True)


def _locked(actor: User, held_id: int) -> HeldMessage:
    rows = HeldMessage.objects.select_for_update(of=("self",)).select_related(
        "room__group", "sender", "reply_to", "thread"
    )
    row = rows.filter(pk=held_id).first()
    if row is None:
        raise Refused(Code.NOT_FOUND)
    if row.sender_id == actor.pk or access.role_in(actor, row.room.group_id) not in MODERATING:
        raise Refused(Code.FORBIDDEN)
    return row


@transaction.atomic
def approve(*, actor: User, held_id: int) -> HeldMessage:
    """Let a held message be said: it gets its number now. Twice is once. Raises Refused.

    Where nothing is left to say it under, or of it, it is closed without a decision about anybody: see `lapsed`.
    """
    row = _locked(actor, held_id)
    if row.state == HeldState.WAITING:
        _decided(row, actor, HeldState.APPROVED if _say(row) else HeldState.REFUSED)
    return row


def lapsed(row: HeldMessage) -> bool:
    """Whether it was closed because what it stood under, or all that it was, is gone."""
    return row.state == HeldState.REFUSED and row.sanction_id is None


@transaction.atomic
def refuse(*, actor: User, held_id: int, reason: Reason, note: str = "") -> HeldMessage:
    """Do not let it be said. Its author gets the statement of reasons, and may object. Raises Refused."""
    row = _locked(actor, held_id)
    if row.state == HeldState.WAITING:
        row.sanction = sanctions.state(
            account=row.sender,
            actor=actor,
            kind=SanctionKind.REMOVAL,
            reason=reason,
            note=note,
            room=row.room,
            words="\n".join([text for text in (row.body, *parts.words(row.att)) if text]),
        )
        _decided(row, actor, HeldState.REFUSED)
    return row


def let_out(row: HeldMessage) -> None:
    """A refused one is said after all: its refusal was taken back, and there is still a place for it. Asks no rights;
    call it inside a transaction."""
    if row.state == HeldState.REFUSED and _say(row):
        row.state = HeldState.APPROVED
        row.save(update_fields=["state", "message"])


def _say(row: HeldMessage) -> Sent | None:
    """With what is left of its files: some may be gone, or sent with another message. None where nothing can be said."""
    there = parts.unsent(row.att)
    if (row.thread is not None and row.thread.is_tombstone) or not (row.body or there):
        return None
    draft = Draft(
        row.client_id, row.body, render(row.body, names_in(row.room)), timezone.now(), row.reply_to, row.thread,
        parts.hangs(row.sender, row.room, [pk for pk in row.att if pk in there]),
    )  # fmt: skip
    sent = write_message(actor=row.sender, room=row.room, can=EVERYTHING, draft=draft)
    row.message = sent.message
    return sent


def _decided(row: HeldMessage, actor: User, state: HeldState) -> None:
    row.state, row.decided_by, row.decided_at = state, actor, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "message", "sanction"])
