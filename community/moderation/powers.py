"""What a moderator may do and how much of it: nobody clears a room in ten minutes."""

from datetime import timedelta

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


def spend(actor: User) -> None:
    """One more removal by this moderator. The one after the tenth in ten minutes rests the power for a day instead.

    Call it outside of the transaction that removes: the rest is kept, the removal is not. Raises Refused.
    """
    now = clock.now()
    done = Sanction.objects.filter(imposed_by=actor, kind__in=REMOVING, begins_at__gt=now - WITHIN).count()
    if done < REMOVALS:
        return
    if not access.power_rests(actor):
        pause = PowerPause.objects.create(account=actor, began_at=now, until=now + RESTS_FOR)
        notify(account=actor, kind=POWER_KIND, context={"until": pause.until.isoformat()}, dedupe=str(pause.pk))
    raise Refused(Code.LIMIT, after=int(RESTS_FOR.total_seconds()))


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
