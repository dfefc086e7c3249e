"""Joining and leaving a group, and letting people in."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from accounts.actions import bump_auth_epoch
from accounts.models import User
from accounts.notices import notify
from community import access
from community.actions.reading import take_seat
from community.chat.protocol import Code
from community.enums import MODERATING, AskState, GroupEntry, Level, Role, SanctionKind
from community.models import Group, GroupInvite, GroupMember, GroupRequest, Room, Seat
from community.refusals import Refused
from ground import clock

INVITED_FOR, MOST_INVITED = timedelta(days=7), 100
ASK_AGAIN = timedelta(days=30)
LET_IN_KIND = "community.let_in"


@transaction.atomic
def join_group(*, actor: User, group: Group, words: str = "", token: str = "") -> GroupMember | GroupRequest:
    """Take a place in the group and a seat in each of its rooms that is open to the person; or ask for one, where one
    has to ask. Twice is once. Raises Refused: barred, forbidden (the right lacks), closed (full, or declined of late),
    not_found (no invitation).
    """
    group = Group.objects.select_for_update().get(pk=group.pk)  # the people are counted under the group's lock
    place = GroupMember.objects.filter(group=group, account=actor).first()
    if place is not None:
        return place
    rights = access.fresh_rights(actor)
    if any(bar.kind == SanctionKind.SITE_BAN or (bar.kind == SanctionKind.GROUP_BAN and bar.group_id == group.pk)
           for bar in rights.bars):  # fmt: skip
        raise Refused(Code.BARRED)
    invited = bool(token) and _invited(group, token)
    if group.entry == GroupEntry.KEY and not access.holds(rights, group.entry_key, actor).allowed:
        raise Refused(Code.FORBIDDEN)
    if group.entry == GroupEntry.INVITE and not invited:
        raise Refused(Code.NOT_FOUND)
    if group.entry == GroupEntry.REQUEST and not invited:
        return _ask(actor, group, words)
    return _seat(actor, group)


def _invited(group: Group, token: str) -> bool:
    """Spend one use of the invitation, if it still counts."""
    still = GroupInvite.objects.filter(group=group, token=token, ends_at__gt=clock.now(), used__lt=F("most"))
    return bool(still.update(used=F("used") + 1))


def _ask(actor: User, group: Group, words: str) -> GroupRequest:
    asked = GroupRequest.objects.filter(group=group, account=actor).order_by("-pk").first()
    if asked and asked.state == AskState.WAITING:
        return asked
    if asked and asked.state == AskState.DECLINED and asked.decided_at and clock.now() - asked.decided_at < ASK_AGAIN:
        raise Refused(Code.CLOSED)
    return GroupRequest.objects.create(group=group, account=actor, words=words.strip()[:500], at=clock.now())


def _seat(actor: User, group: Group) -> GroupMember:
    if group.most_people and GroupMember.objects.filter(group=group).count() >= group.most_people:
        raise Refused(Code.CLOSED)
    place = GroupMember.objects.create(group=group, account=actor)
    rights = access.fresh_rights(actor)
    for room in Room.objects.filter(group=group).select_related("group"):
        if access.can(room, actor, rights, place.role).read:
            take_seat(actor=actor, room=room)
    return place


@transaction.atomic
def answer_request(*, actor: User, request_id: int, accept: bool) -> GroupRequest:
    """Let somebody in who asked, or not now; for those who look after the group. Twice is once. Raises Refused."""
    asked = GroupRequest.objects.select_related("group", "account").filter(pk=request_id).first()
    if asked is None:
        raise Refused(Code.NOT_FOUND)
    _looks_after(actor, asked.group)
    group = Group.objects.select_for_update().get(pk=asked.group_id)
    asked.refresh_from_db()
    if asked.state != AskState.WAITING:
        return asked
    if accept and not GroupMember.objects.filter(group=group, account=asked.account).exists():
        _seat(asked.account, group)
    asked.state = AskState.ACCEPTED if accept else AskState.DECLINED
    asked.decided_by, asked.decided_at = actor, clock.now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    context = {"group": group.slug, "group_zh": group.name_zh, "group_en": group.name_en, "accepted": accept}
    notify(account=asked.account, kind=LET_IN_KIND, context=context, dedupe=f"request:{asked.pk}")
    return asked


@transaction.atomic
def invite(*, actor: User, group: Group, most: int = 1) -> GroupInvite:
    """A link for so many people (1 to 100), good for a week; for those who look after the group. Raises Refused."""
    _looks_after(actor, group)
    if not 1 <= most <= MOST_INVITED:
        raise Refused(Code.BAD)
    return GroupInvite.objects.create(group=group, made_by=actor, most=most, ends_at=clock.now() + INVITED_FOR)


@transaction.atomic
def uninvite(*, actor: User, invite_id: int) -> None:
    """Take an invitation back. Raises Refused."""
    found = GroupInvite.objects.select_related("group").filter(pk=invite_id).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    _looks_after(actor, found.group)
    found.delete()


@transaction.atomic
def set_role(*, actor: User, group: Group, account: User, role: Role, term_days: int | None = None) -> GroupMember:
    """Give somebody a task in the group, with a term (days) for moderators; for its hosts and staff.

    Nobody changes their own; the last host stays one. Raises Refused.
    """
    if actor.pk == account.pk or not (access.is_staff(actor) or access.role_in(actor, group.pk) == Role.HOST):
        raise Refused(Code.FORBIDDEN)
    Group.objects.select_for_update().get(pk=group.pk)
    place = GroupMember.objects.select_for_update().filter(group=group, account=account).first()
    if place is None:
        raise Refused(Code.NOT_FOUND)
    others = GroupMember.objects.filter(group=group, role=Role.HOST).exclude(pk=place.pk)
    if place.role == Role.HOST and role != Role.HOST and not others.exists():
        raise Refused(Code.FORBIDDEN)
    place.role = role
    place.term_ends = clock.now() + timedelta(days=term_days) if term_days and role in MODERATING else None
    place.save(update_fields=["role", "term_ends"])
    bump_auth_epoch(account_id=account.pk)
    return place


def set_level(*, actor: User, group: Group, level: Level) -> None:
    """What one wants to be told of a group. Somebody who is not in it has nothing to choose."""
    GroupMember.objects.filter(group=group, account=actor).update(level=level)


def _looks_after(actor: User, group: Group) -> None:
    if access.role_in(actor, group.pk) not in MODERATING:
        raise Refused(Code.FORBIDDEN)


@transaction.atomic
def leave_group(*, actor: User, group: Group) -> None:
    """Give up the place and the seats; what one has said stays. Those who look after the group stay until replaced."""
    place = GroupMember.objects.filter(group=group, account=actor).first()
    if place is None or access.roles_of(actor, group.pk).get(group.pk) in MODERATING:
        return
    place.delete()
    Seat.objects.filter(account=actor, room__group=group).delete()
    bump_auth_epoch(account_id=actor.pk)
