"""Complimentary seats: given with an end, a reason and a name, reminded of once, never silently over."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership.actions.ledger import Source, grant, revoke
from membership.models import Comp, Tier

KIND = "comp"
REMIND_BEFORE = timedelta(days=7)
ENDING = "membership.comp_ending"


class NoEnd(ValueError):
    """A complimentary seat ends after it begins, and not in the past."""


@transaction.atomic
def give_comp(*, account: User, tier_key: str, ends: datetime, reason: str, actor: str) -> Comp:
    """Give a tier for nothing until `ends` (business time). Given again, the one that runs gets the new end and reason.

    Raises `NoEnd`, and `Tier.DoesNotExist` for an unknown tier.
    """
    now = clock.now()
    if ends <= now:
        raise NoEnd
    tier = Tier.objects.get(key=tier_key)
    get_user_model().objects.select_for_update().only("pk").get(pk=account.pk)
    comp = Comp.objects.filter(account=account, tier=tier, closed_at=None).first() or Comp(
        account=account, tier=tier, starts=now
    )
    if comp.ends != ends:
        comp.reminded_at = None
    comp.ends, comp.reason, comp.given_by = ends, reason[:200], actor[:120]
    comp.save()
    grant(account=account, key=tier.entitlement, source=_source(comp), starts=comp.starts, ends=ends, actor=actor)
    return comp


@transaction.atomic
def end_comp(*, comp: Comp, actor: str) -> bool:
    """End it now; answers whether it was running. Idempotent."""
    row = Comp.objects.select_for_update().get(pk=comp.pk)
    if row.closed_at is not None:
        return False
    revoke(account=row.account, source=_source(row), actor=actor)
    row.closed_at, row.ends = timezone.now(), max(row.starts, min(row.ends, clock.now()))
    row.save(update_fields=["closed_at", "ends"])
    return True


def run_comps(now: datetime) -> int:
    """The sweep: remind those whose end is seven days off or less, once for each end; close what is over."""
    done = 0
    due = Comp.objects.filter(closed_at=None, reminded_at=None, ends__gt=now, ends__lte=now + REMIND_BEFORE)
    for pk in due.values_list("pk", flat=True):
        done += _remind(pk, now)
    return done + Comp.objects.filter(closed_at=None, ends__lte=now).update(closed_at=timezone.now())


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    comp = Comp.objects.select_for_update(of=("self",)).select_related("account", "tier").get(pk=pk)
    if comp.reminded_at is not None or comp.closed_at is not None or comp.ends <= now:
        return False
    comp.reminded_at = timezone.now()
    comp.save(update_fields=["reminded_at"])
    context = {"tier_zh": comp.tier.name_zh, "tier_en": comp.tier.name_en, "ends": comp.ends.isoformat()}
    notify(account=comp.account, kind=ENDING, context=context, dedupe=f"comp:{comp.pk}:{comp.ends.isoformat()}")
    return True


def _source(comp: Comp) -> Source:
    return Source(KIND, str(comp.pk))
