"""Writes of moderation: report, hide, decide."""

from contextlib import nullcontext

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from community import access, parts, said
from community.actions.numbering import DECIDED_KIND, append_event, blank_events, blank_notices, take_number
from community.actions.writing import Sent
from community.chat import data
from community.chat.protocol import Code, Kind
from community.enums import CASE_MOVES, MODERATING, CaseState, Reason, SanctionKind
from community.models import Message
from community.moderation import powers, sanctions
from community.moderation.models import Case, Report
from community.moderation.watching import DECIDE_WITHIN
from community.refusals import Refused
from ground import registry


def hide_message(*, actor: User, message_id: int, reason: Reason, note: str = "") -> Sent:
    """Hide a message in its room, with the reason that everybody sees; for the group's moderators.

    Its author gets the statement of reasons. Raises Refused.
    """
    try:
        message, can = access.access_message(actor, message_id)
    except access.Missing as missing:
        raise Refused(Code.NOT_FOUND) from missing
    if not can.moderate:
        raise Refused(Code.FORBIDDEN)
    if message.is_tombstone:
        return Sent(message, message.rev, dup=True)
    with powers.spending(actor) if message.sender_id != actor.pk else nullcontext():
        return _hide(message=message, actor=actor, reason=reason, note=note)


@transaction.atomic
def _hide(*, message: Message, actor: User, reason: Reason, note: str = "", case: Case | None = None) -> Sent:
    seq = take_number(message.room_id).seq
    message = Message.objects.select_related("room__group", "sender").get(pk=message.pk)
    if message.is_tombstone:
        raise Refused(Code.NOT_FOUND)
    message.hidden_at, message.hidden_by, message.hidden_reason = timezone.now(), actor, reason
    message.pinned_at, message.rev = None, seq
    message.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "pinned_at", "rev"])
    blank_events(message)
    said.forget(message)
    parts.run(parts.hidden, message)
    payload = {"mid": message.pk, "why": Reason(reason).value}
    append_event(room_id=message.room_id, seq=seq, kind=Kind.HIDE, actor=actor, message=message, data=payload)
    for waiting in Case.objects.filter(target_key=message.subject, state=CaseState.OPEN):
        _close(waiting, actor=actor, state=CaseState.HIDDEN)
        case = case or waiting
    blank_notices(message)
    if message.sender is not None and message.sender_id != actor.pk:
        sanctions.state(
            account=message.sender, actor=actor, kind=SanctionKind.REMOVAL, reason=reason, note=note, room=message.room,
            message=message, case=case,
        )  # fmt: skip
    return Sent(message, seq)


def show_again(*, message_id: int, actor: User) -> None:
    """Let a hidden message stand again, in every open browser too. Asks no rights; call it inside a transaction."""
    rows = Message.objects.select_related("room__group", "sender", "reply_to__sender")
    message = rows.get(pk=message_id)
    if message.hidden_at is None or message.deleted_at is not None:
        return
    seq = take_number(message.room_id).seq
    message.hidden_at, message.hidden_by, message.hidden_reason, message.rev = None, None, "", seq
    message.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "rev"])
    said.remember(message)
    parts.run(parts.shown, message)
    payload = data.shown(message)
    append_event(room_id=message.room_id, seq=seq, kind=Kind.SHOW, actor=actor, message=message, data=payload)


def report(*, actor: User, target_key: str, reason: Reason, note: str = "") -> Case:
    """Report a thing by its key (`message:71`): it joins the open case or opens one with the text as it stands.

    One person's second report of the same case is the first one. Raises Refused for what the person cannot see.
    """
    kind, _, ident = target_key.partition(":")
    target = registry.report_targets.get(kind)
    thing = target.resolve(ident) if target else None
    if thing is None or (kind == "message" and not _sees(actor, ident)):
        raise Refused(Code.NOT_FOUND)
    try:
        with transaction.atomic():
            return _report(actor=actor, thing=thing, reason=reason, note=note)
    except IntegrityError:  # somebody opened the case at the same moment
        with transaction.atomic():
            return _report(actor=actor, thing=thing, reason=reason, note=note)


def _sees(actor: User, ident: str) -> bool:
    try:
        return not access.access_message(actor, int(ident))[0].is_tombstone
    except (access.Missing, ValueError):
        return False


def _report(*, actor: User, thing: registry.ReportedThing, reason: Reason, note: str) -> Case:
    now = timezone.now()
    kind, _, ident = thing.key.partition(":")
    room_id = Message.objects.values_list("room_id", flat=True).get(pk=ident) if kind == "message" else None
    case, _new = Case.objects.get_or_create(
        target_key=thing.key,
        state=CaseState.OPEN,
        defaults={
            "room_id": room_id, "author": thing.author, "text": thing.text, "url": thing.url, "reason": reason,
            "opened_at": now, "due_at": now + DECIDE_WITHIN,
        },
    )  # fmt: skip
    Report.objects.get_or_create(case=case, reporter=actor, defaults={"reason": reason, "note": note[:500], "at": now})
    return case


def decide(*, actor: User, case_id: int, state: CaseState) -> Case:
    """Decide a waiting case: hide what was reported, or leave it standing. Nobody judges their own words. Raises Refused."""
    removes = state == CaseState.HIDDEN and Case.objects.filter(pk=case_id, state=CaseState.OPEN).exists()
    with powers.spending(actor) if removes else nullcontext():
        return _decide(actor=actor, case_id=case_id, state=state)


@transaction.atomic
def _decide(*, actor: User, case_id: int, state: CaseState) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("room").filter(pk=case_id).first()
    if case is None:
        raise Refused(Code.NOT_FOUND)
    if not may_judge_case(actor, case) or case.author_id == actor.pk:
        raise Refused(Code.FORBIDDEN)
    if state not in CASE_MOVES[CaseState(case.state)]:
        return case
    if state == CaseState.HIDDEN:
        _hide_target(case, actor)
    if Case.objects.filter(pk=case.pk, state=CaseState.OPEN).exists():
        _close(case, actor=actor, state=state)
    case.refresh_from_db()
    return case


def may_judge_case(actor: User, case: Case) -> bool:
    """Whether the account looks after the place of the case."""
    if access.is_staff(actor):
        return True
    return case.room is not None and access.role_in(actor, case.room.group_id) in MODERATING


@transaction.atomic
def take_case(*, actor: User, case_id: int) -> Case:
    """Say that one looks after a waiting case; again gives it back. Raises Refused."""
    case = Case.objects.select_for_update(of=("self",)).select_related("room").filter(pk=case_id).first()
    if case is None:
        raise Refused(Code.NOT_FOUND)
    if not may_judge_case(actor, case) or case.author_id == actor.pk or case.state != CaseState.OPEN:
        raise Refused(Code.FORBIDDEN)
    case.assignee = None if case.assignee_id == actor.pk else actor
    case.save(update_fields=["assignee"])
    return case


def _hide_target(case: Case, actor: User) -> None:
    kind, _, ident = case.target_key.partition(":")
    message = Message.objects.select_related("room__group").filter(pk=ident).first() if kind == "message" else None
    if message is not None and not message.is_tombstone:
        _hide(message=message, actor=actor, reason=Reason(case.reason), case=case)


def _close(case: Case, *, actor: User, state: CaseState) -> None:
    case.state, case.decided_by, case.decided_at = state, actor, timezone.now()
    case.save(update_fields=["state", "decided_by", "decided_at"])
    for entry in case.reports.exclude(reporter=None).select_related("reporter"):
        if entry.reporter is not None:
            notify(
                account=entry.reporter, kind=DECIDED_KIND, subject_key=case.target_key,
                context={"state": CaseState(state).value, "text": case.text[:90], "url": case.url},
                dedupe=f"case:{case.pk}",
            )  # fmt: skip
