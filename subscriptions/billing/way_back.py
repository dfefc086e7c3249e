"""Letters to those who left: some days after, once, with a way back. Only where staff turned them on for a deal."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Notice, NoticeRefusal, User
from accounts.notices import notify
from membership.models import EntitlementGrant
from subscriptions.billing import codes, deals
from subscriptions.billing.enums import LIVE, PlanKind, SubscriptionStatus
from subscriptions.billing.models import Deal, DealUse, Dispute, Subscription
from subscriptions.billing.models.deal import Purpose

KIND = "billing.way_back"
LATE = timedelta(days=14)
"""Who left longer ago than this beyond the day is not written to: turning letters on does not wake everybody who ever
left, and a worker that stood still for a week still catches up."""
AT_ONCE = 500  # letters per deal and sweep; the next minute's takes the rest


def set_letters(*, deal: Deal, after_days: int | None) -> None:
    """Write so many days after leaving; None: nobody is written to. Raises `ValueError` for a deal of another purpose."""
    if after_days is not None and (deal.purpose != Purpose.RETURN or after_days < 1):
        raise ValueError(deal.code)
    Deal.objects.filter(pk=deal.pk).update(after_days=after_days)


def write_to_left(now: datetime) -> int:
    """The sweep: everybody whose day has come, once for each deal; answers how many letters were written."""
    due = deals.running(now).filter(purpose=Purpose.RETURN, after_days__isnull=False)
    return sum(_write(deal, now) for deal in due)


def written(found: list[Deal]) -> dict[str, int]:
    """How many letters each deal's code has written. One query."""
    rows = Notice.objects.filter(kind=KIND, dedupe__in=[deal.code for deal in found]).values_list("dedupe", flat=True)
    counts: dict[str, int] = {}
    for code in rows:
        counts[code] = counts.get(code, 0) + 1
    return counts


def _write(deal: Deal, now: datetime) -> int:
    people = _left(deal, now).exclude(
        Exists(Notice.objects.filter(account=OuterRef("pk"), kind=KIND, dedupe=deal.code))
    )
    return sum(_tell(deal, pk, now) for pk in people.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def _left(deal: Deal, now: datetime) -> QuerySet[User]:
    """Who left as long ago as the deal says, holds no seat of any source now, and does not refuse such letters."""
    last = now - timedelta(days=deal.after_days or 0)
    seats = Subscription.objects.filter(account=OuterRef("pk"), plan__kind__in=(PlanKind.TIER, PlanKind.GROUP))
    gone = seats.filter(status=SubscriptionStatus.CANCELED, ended_at__lte=last, ended_at__gt=last - LATE)
    sitting = EntitlementGrant.objects.filter(
        Q(ends=None) | Q(ends__gt=now), account=OuterRef("pk"), tier__isnull=False, starts__lte=now
    )
    return User.objects.filter(Exists(gone), is_active=True).exclude(
        Exists(seats.filter(Q(status__in=LIVE) | Q(ended_at__gt=last)))
        | Exists(sitting)
        | Exists(Dispute.objects.filter(account=OuterRef("pk")))  # whoever asked the bank for the money is left alone
        | Exists(NoticeRefusal.objects.filter(account=OuterRef("pk"), kind=KIND))
        | Exists(DealUse.objects.filter(account=OuterRef("pk"), deal=deal))
    )


@transaction.atomic
def _tell(deal: Deal, account_id: int, now: datetime) -> int:
    """The notice and its mail in one transaction, after a look under the account's lock: joining takes the same lock."""
    account = User.objects.select_for_update().get(pk=account_id)
    if not _left(deal, now).filter(pk=account_id).exists():
        return 0
    try:
        codes.for_joining(deal, account)
    except deals.NotForYou:
        return 0
    return int(notify(account=account, kind=KIND, context=_facts(deal), dedupe=deal.code) is not None)


def _facts(deal: Deal) -> dict[str, Any]:
    return {
        "plan_zh": deal.name_zh,
        "plan_en": deal.name_en,
        "code": deal.code,
        "until": deal.ends_at.isoformat() if deal.ends_at else "",
    }
