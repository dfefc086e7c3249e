"""Decisions about people. One path imposes them all, and it writes the statement of reasons: there is none without."""

from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions import bump_auth_epoch
from accounts.models import User
from accounts.notices import notify
from community import access
from community.chat.protocol import Code
from community.enums import HAS_AN_END, MODERATING, STOPS_WRITING, Reason, SanctionKind
from community.models import Case, Group, HeldMessage, Message, Room, Sanction
from community.moderation import powers
from community.refusals import Refused
from ground import clock

DECISION_KIND, LIFTED_KIND = "community.decision", "community.decision_lifted"
LONGEST = timedelta(days=30)  # of what a group's own moderators impose


def impose(
    *, actor: User, account: User, kind: SanctionKind, reason: Reason, note: str = "", room: Room | None = None,
    group: Group | None = None, message: Message | None = None, ends_at: datetime | None = None,
) -> Sanction:  # fmt: skip
    """Decide about somebody: a warning, a silence, a ban. The same one in force already is answered as it is.

    A silence and a mute need an end; a group's moderators impose at most thirty days, staff any time; only staff shut
    somebody out of everything. `ends_at` is business time. Raises Refused.
    """
    group = room.group if room else group
    powers.may_judge(actor, account, group)
    _fits(actor, kind, room, group, ends_at)
    in_force = _in_force(account, kind, room, group)
    if in_force:
        return in_force
    with powers.spending(actor) if kind in powers.REMOVING else nullcontext():
        return state(
            account=account, actor=actor, kind=kind, reason=reason, note=note, room=room, group=group, message=message,
            ends_at=ends_at,
        )  # fmt: skip


def _fits(actor: User, kind: SanctionKind, room: Room | None, group: Group | None, ends_at: datetime | None) -> None:
    now = clock.now()
    needs = {SanctionKind.SILENCE: room, SanctionKind.MUTE: group, SanctionKind.GROUP_BAN: group}
    if kind == SanctionKind.REMOVAL or needs.get(kind, actor) is None:
        raise Refused(Code.BAD)
    if (kind in HAS_AN_END and ends_at is None) or (ends_at is not None and ends_at <= now):
        raise Refused(Code.BAD)
    if access.is_staff(actor):
        return
    too_long = kind in STOPS_WRITING and (ends_at is None or ends_at > now + LONGEST)
    if kind == SanctionKind.SITE_BAN or too_long:
        raise Refused(Code.FORBIDDEN)


def _in_force(account: User, kind: SanctionKind, room: Room | None, group: Group | None) -> Sanction | None:
    if kind not in STOPS_WRITING:
        return None
    there = {bar.public_id for bar in access.bars_of(account) if bar.kind == kind}
    place = (
        {"room": room} if kind == SanctionKind.SILENCE else {"group": group} if kind != SanctionKind.SITE_BAN else {}
    )
    return Sanction.objects.filter(public_id__in=there, **place).first()


@transaction.atomic
def state(
    *, account: User, actor: User | None, kind: SanctionKind, reason: Reason, note: str = "", room: Room | None = None,
    group: Group | None = None, message: Message | None = None, case: Case | None = None, words: str = "",
    ends_at: datetime | None = None,
) -> Sanction:  # fmt: skip
    """Write the decision with its reasons as they stand, tell the person, and let open sockets feel it. Asks no rights.

    `actor` None: the house decided by itself, and the statement says so.
    """
    group = group or (room.group if room else None)
    chinese = account.language.startswith("zh")
    rule = (group.rules_zh if chinese else group.rules_en) or group.rules if group else ""
    row = Sanction.objects.create(
        account=account, kind=kind, room=room, group=group, message=message, case=case, reason=reason, rule=rule,
        words=words or (message.body if message else ""), note=note.strip()[:500], imposed_by=actor,
        begins_at=clock.now(), ends_at=ends_at,
    )  # fmt: skip
    tell(row, DECISION_KIND)
    if kind in STOPS_WRITING:
        bump_auth_epoch(account_id=account.pk)
    return row


def tell(row: Sanction, kind: str) -> None:
    """A notice with the heart of it; the whole statement is on the decision's page."""
    if row.account is None:
        return
    context = {
        "kind": row.kind, "reason": row.reason, "words": row.words[:300], "note": row.note, "path": f"decisions/{row.public_id}/",
        "ends_at": row.ends_at.isoformat() if row.ends_at else "",
        "place_zh": _place(row, "zh"), "place_en": _place(row, "en"),
    }  # fmt: skip
    notify(account=row.account, kind=kind, context=context, dedupe=str(row.public_id))


def _place(row: Sanction, language: str) -> str:
    place = row.room if row.room and row.kind in (SanctionKind.SILENCE, SanctionKind.REMOVAL) else row.group
    return str(getattr(place, f"name_{language}") or place.name) if place else ""


@transaction.atomic
def lift(*, actor: User, sanction_id: int) -> Sanction:
    """Take a decision back before its end: for whoever may impose it, never for oneself. Twice is once. Raises Refused."""
    row = (
        Sanction.objects.select_for_update(of=("self",))
        .select_related("account", "group")
        .filter(pk=sanction_id)
        .first()
    )
    if row is None:
        raise Refused(Code.NOT_FOUND)
    if row.account_id == actor.pk or not may_see(actor, row):
        raise Refused(Code.FORBIDDEN)
    return undo(row, actor)


def undo(row: Sanction, actor: User) -> Sanction:
    """Take the decision back, and what it did with it. Asks no rights; call it inside a transaction."""
    if row.lifted_at is not None:
        return row
    row.lifted_at, row.lifted_by = clock.now(), actor
    row.save(update_fields=["lifted_at", "lifted_by"])
    if row.kind == SanctionKind.REMOVAL and row.message_id:
        from community.moderation.actions import show_again

        show_again(message_id=row.message_id, actor=actor)
    kept = HeldMessage.objects.filter(sanction=row).select_related("room__group", "sender", "reply_to").first()
    if kept is not None:
        from community.moderation.holding import let_out

        let_out(kept)
    if row.account_id:
        bump_auth_epoch(account_id=row.account_id)
    tell(row, LIFTED_KIND)
    return row


def may_see(actor: User, row: Sanction) -> bool:
    """Whether the account looks after the place that the decision is about."""
    if access.is_staff(actor):
        return True
    return row.group_id is not None and access.role_in(actor, row.group_id) in MODERATING


def access_sanction(account: User, public_id: object) -> Sanction:
    """A decision for the person it is about, and for those who may lift it. Raises `Sanction.DoesNotExist`."""
    rows = Sanction.objects.select_related("account", "room__group", "group", "imposed_by", "message", "appeal")
    row = rows.get(public_id=public_id)
    if row.account_id != account.pk and not may_see(account, row):
        raise Sanction.DoesNotExist(public_id)
    return row
