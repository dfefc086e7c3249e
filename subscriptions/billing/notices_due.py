"""Letters ahead of a charge: at least five days before each, before a rest ends, and when a card will not last."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from django.db.models import F, Q

from accounts.models import Notice
from accounts.notices import notify
from subscriptions.billing import hooks
from subscriptions.billing.enums import PlanKind, SubscriptionStatus
from subscriptions.billing.models import Pause, Subscription

BEFORE, LEAST = timedelta(days=5, hours=12), timedelta(days=5)


def tell_renewals(now: datetime) -> int:
    """Tell everybody whose next charge is within five and a half days, once per charge; answers how many.

    A box whose letter would come later than five days before is not told here: it is not charged then.
    """
    due = Subscription.objects.filter(
        status__in=[SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING],
        cancel_at_period_end=False,
        cancel_at=None,
        collection_paused=False,
        period_end__gt=now,
        period_end__lte=now + BEFORE,
    ).select_related("account", "plan", "price", "next_price")
    late = Q(plan__kind=PlanKind.BOX, period_end__lt=now + LEAST)
    rows = due.exclude(late).order_by("pk").iterator(chunk_size=500)
    told = 0
    while page := list(islice(rows, 500)):  # who has the letter already is known before its words are looked up
        has_it = told_of(page)
        told += sum(tell_one(row) for row in page if occasion(row) not in has_it)
    return told


def told_of(rows: Iterable[Subscription]) -> set[str]:
    """The occasions of these subscriptions' next charges whose letter is written. One query."""
    known = Notice.objects.filter(kind="billing.renewal", dedupe__in=[occasion(row) for row in rows])
    return set(known.values_list("dedupe", flat=True))


def tell_one(row: Subscription) -> bool:
    """The letter about the next charge of one subscription; False when it was told before."""
    context = facts(row)
    for words in hooks.renewal_words:
        context |= words(row)
    return notify(account=row.account, kind="billing.renewal", context=context, dedupe=occasion(row)) is not None


def occasion(row: Subscription) -> str:
    """What the next charge of a subscription is known by among notices."""
    return f"{row.stripe_id}:{row.period_end:%Y-%m-%d}"


def tell_resuming(now: datetime) -> int:
    """Tell everybody whose rest ends within five and a half days, once; answers how many."""
    due = Pause.objects.filter(
        ended_at=None, until__gt=now, until__lte=now + BEFORE, subscription__status=SubscriptionStatus.PAUSED
    ).select_related("subscription__account", "subscription__plan", "subscription__price")
    told = 0
    for row in due.iterator():
        context = facts(row.subscription) | {"until": row.until.isoformat()}
        found = notify(account=row.subscription.account, kind="billing.resuming", context=context, dedupe=str(row.pk))
        told += found is not None
    return told


def tell_cards(now: datetime) -> int:
    """Tell everybody whose card ends before a charge of the next weeks, once per card and charge; answers how many."""
    due = Subscription.objects.filter(
        status=SubscriptionStatus.ACTIVE, cancel_at_period_end=False, cancel_at=None, period_end__gt=now,
        period_end__lte=now + timedelta(days=21), account__billing_customer__card_until__lt=F("period_end__date"),
    ).select_related("account__billing_customer", "plan", "price")  # fmt: skip
    told = 0
    for row in due.iterator():
        customer = row.account.billing_customer
        last = datetime.combine(customer.card_until or row.period_end.date(), time(12), UTC)
        context = facts(row) | {"last4": customer.card_last4, "card_until": last.isoformat()}
        dedupe = f"{row.stripe_id}:{customer.card_last4}:{row.period_end:%Y-%m-%d}"
        told += notify(account=row.account, kind="billing.card_ends", context=context, dedupe=dedupe) is not None
    return told


def facts(row: Subscription) -> dict[str, str]:
    """What a letter about the next charge of a subscription says."""
    coming = row.next_price if row.next_price_at and row.next_price_at <= row.period_end else None
    charge = coming.money * row.quantity if coming else row.charge
    return {
        "plan_zh": row.plan.name_zh,
        "plan_en": row.plan.name_en,
        "price": charge.format(),
        "until": row.period_end.isoformat(),
        "subscription": row.stripe_id,
    }
