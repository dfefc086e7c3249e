"""What a moderator may do and how much of it: nobody clears a room in ten minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from accounts.models import User
from accounts.notices import notify
from community import access
from community.chat.protocol import Code
from community.enums import MODERATING, SanctionKind
from community.models import Group, GroupMember, PowerPause, Sanction
from community.refusals import Refused
from ground import clock

REMOVALS, WITHIN, RESTS_FOR = 10, timedelta(minutes=10), timedelta(hours=24)
POWER_KIND = "community.power_rests"
REMOVING = [SanctionKind.REMOVAL, SanctionKind.GROUP_BAN, SanctionKind.SITE_BAN]


@contextmanager
def spending(actor: User) -> Iterator[None]:
    """One more removal by this moderator, in a transaction under the moderator's own lock: tabs do not add up to more.

    The one after the tenth in ten minutes is not done, and rests the power for a day; that is kept. Raises Refused.
    """
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=actor.pk)
            since = clock.now() - WITHIN
            if Sanction.objects.filter(imposed_by=actor, kind__in=REMOVING, begins_at__gt=since).count() >= REMOVALS:
                raise Refused(Code.LIMIT, after=int(RESTS_FOR.total_seconds()))
            yield
    except Refused as refused:
        if refused.code is Code.LIMIT:
            _rest(actor)
        raise


@transaction.atomic
def _rest(actor: User) -> None:
    User.objects.select_for_update().get(pk=actor.pk)
    if access.power_rests(actor):
        return
    now = clock.now()
    pause = PowerPause.objects.create(account=actor, began_at=now, until=now + RESTS_FOR)
    notify(account=actor, kind=POWER_KIND, context={"until": pause.until.isoformat()}, dedupe=str(pause.pk))


def may_judge(actor: User, account: User, group: Group | None) -> None:
    """Nobody judges themselves; those who look after a group are judged by staff alone. Raises Refused."""
    if actor.pk == account.pk:
        raise Refused(Code.FORBIDDEN)
    if access.is_staff(actor):
        return
    looked_after = GroupMember.objects.filter(account=account, role__in=MODERATING)
    if group is None or looked_after.filter(group=group).exists() or account.has_perm(access.STAFF_PERMISSION):
        raise Refused(Code.FORBIDDEN)
    if access.role_in(actor, group.pk) not in MODERATING:
        raise Refused(Code.FORBIDDEN)
