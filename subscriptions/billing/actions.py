"""What a member does with a subscription that runs. Each is a call in the outbox; the mirror follows Stripe alone."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.billing import customers, gateway, outbox
from subscriptions.billing.enums import CallState, PlanKind, SubscriptionStatus
from subscriptions.billing.models import OutboxCall, Pause, Subscription
from subscriptions.billing.models.deal import Reason

LONGEST_PAUSE_MONTHS = 6


class NotLive(Exception):
    """The subscription is over: there is nothing to leave or to take back."""


class NotNow(Exception):
    """The subscription's state does not allow it: only what runs can rest, only what rests can go on."""


@transaction.atomic
def leave(*, subscription: Subscription, reason: str = "", comment: str = "") -> OutboxCall:
    """Run out at the period's end. The mirror follows Stripe, never this request. Raises `NotLive`."""
    _live(subscription)
    release(locked(subscription))
    details = {"feedback": reason if reason in Reason.values else Reason.OTHER.value}
    if comment.strip():
        details["comment"] = comment.strip()[:500]
    params = {"cancel_at_period_end": True, "cancellation_details": details}
    return outbox.put(key=key_for("leave", subscription), object_id=subscription.stripe_id, params=params)


@transaction.atomic
def take_back(*, subscription: Subscription) -> OutboxCall:
    """Stay after all. Raises `NotLive`."""
    _live(subscription)
    params = {"cancel_at_period_end": False}
    return outbox.put(key=key_for("stay", subscription), object_id=subscription.stripe_id, params=params)


@transaction.atomic
def end_now(*, subscription: Subscription, actor: str) -> OutboxCall:
    """End at once, by staff. What was paid is given back by a refund, not by this. Raises `NotLive`."""
    _live(subscription)
    release(locked(subscription))
    return outbox.put(
        key=f"end:{subscription.stripe_id}", object_id=subscription.stripe_id, params={}, kind=outbox.CANCEL
    )


@transaction.atomic
def pause(*, subscription: Subscription, until: datetime) -> OutboxCall:
    """Rest until a day: nothing is charged; what is paid stays open to its end. Raises `NotLive`, `NotNow`."""
    _live(subscription)
    row = locked(subscription)
    if row.status not in (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING) or row.ends_at_period_end:
        raise NotNow(row.status)
    release(row)
    Pause.objects.update_or_create(subscription=row, ended_at=None, defaults={"began_at": clock.now(), "until": until})
    params = {"bill_for": {"unused_time_from": {"type": "none"}}}
    return outbox.put(key=key_for("pause", row), object_id=row.stripe_id, params=params, kind=outbox.PAUSE)


@transaction.atomic
def resume(*, subscription: Subscription) -> OutboxCall:
    """Go on after a rest, with the billing day unchanged: only the rest of the running period is charged, and nothing
    while a period that was paid still runs, nor for a box: part of one cannot be sent. Raises `NotNow`."""
    row = locked(subscription)
    if row.status != SubscriptionStatus.PAUSED:
        raise NotNow(row.status)
    Pause.objects.filter(subscription=row, ended_at=None).update(ended_at=clock.now())
    paid = row.period_end > clock.now() or row.plan.kind == PlanKind.BOX
    params = {
        "billing_cycle_anchor": {"type": "unchanged"},
        "proration_behavior": "none" if paid else "always_invoice",
    }
    return outbox.put(key=key_for("resume", row), object_id=row.stripe_id, params=params, kind=outbox.RESUME)


def resume_due(now: datetime) -> int:
    """Bring back everybody whose rest is over; answers how many."""
    due = Pause.objects.filter(ended_at=None, until__lte=now).select_related("subscription")
    done = 0
    for row in due[:500]:
        if row.subscription.status == SubscriptionStatus.PAUSED:
            resume(subscription=row.subscription)
            done += 1
        elif not row.subscription.live:
            Pause.objects.filter(pk=row.pk).update(ended_at=now)
    return done


def locked(subscription: Subscription) -> Subscription:
    """The subscription as it is now, locked to the end of the caller's transaction: what a tab has read may be old."""
    rows = Subscription.objects.select_related("plan", "price", "next_price").select_for_update(of=("self",))
    return rows.get(pk=subscription.pk)


def planned(subscription: Subscription) -> OutboxCall | None:
    """The call by which a change was planned that still stands, made or on its way."""
    words = OutboxCall.objects.filter(object_id=subscription.stripe_id, kind__in=[outbox.SCHEDULE, outbox.RELEASE])
    last = words.exclude(state=CallState.FAILED).order_by("-pk").first()
    if last is None or last.kind != outbox.SCHEDULE:
        return None
    return last if last.state == CallState.PENDING or subscription.schedule_id else None


def release(subscription: Subscription) -> None:
    """Drop what was planned for later: Stripe refuses other changes while a schedule holds the subscription. What is
    to be dropped is looked up when the call is made: a plan may be on its way of which the mirror does not know yet."""
    on_its_way = planned(subscription)
    if subscription.schedule_id or on_its_way:
        what = on_its_way.key if on_its_way else subscription.schedule_id
        outbox.put(key=f"release:{what}", object_id=subscription.stripe_id, kind=outbox.RELEASE, params={})


def portal_url(*, account: User, return_url: str) -> str:
    """Stripe's page for cards and invoices of this account."""
    return str(gateway.portal(customer=customers.ensure(account).stripe_id, return_url=return_url)["url"])


def key_for(intent: str, subscription: Subscription) -> str:
    """One key per change of mind: the number of calls about this object so far makes it the next one."""
    count = OutboxCall.objects.filter(object_id=subscription.stripe_id).count()
    return f"{intent}:{subscription.stripe_id}:{count}"


def _live(subscription: Subscription) -> None:
    if not subscription.live:
        raise NotLive(subscription.stripe_id)
