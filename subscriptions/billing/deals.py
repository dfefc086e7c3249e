"""Special prices: pushed to Stripe as coupons with a code, taken once by each account."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from ground import clock
from subscriptions.billing import gateway, outbox
from subscriptions.billing.models import Checkout, Deal, DealUse, OutboxCall, PlanPrice, Subscription
from subscriptions.billing.models.deal import Kind, Lasts, Purpose


class NotForYou(Exception):
    """The deal is over, used up, taken before, or not for this price; `why` is one of its words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def push(deal: Deal) -> Deal:
    """Make the deal at Stripe: a coupon, and for a code by link its promotion code. Again changes nothing."""
    if deal.kind == Kind.TRIAL or deal.stripe_coupon:
        return deal
    params: dict[str, Any] = {"name": deal.name_en[:40], "duration": deal.lasts, "metadata": {"deal": deal.code}}
    params |= {"percent_off": deal.percent} if deal.kind == Kind.PERCENT else {
        "amount_off": deal.amount, "currency": deal.currency.lower()}  # fmt: skip
    if deal.lasts == Lasts.REPEATING:
        params["duration_in_months"] = deal.months
    if deal.price and deal.price.plan.stripe_product:
        params["applies_to"] = {"products": [deal.price.plan.stripe_product]}
    coupon = gateway.create_coupon(key=f"coupon:{deal.pk}:{deal.code}", **params)
    code = ""
    if deal.purpose == Purpose.LINK:
        limits = {"max_redemptions": deal.most} if deal.most else {}
        limits |= {"expires_at": int(deal.ends_at.timestamp())} if deal.ends_at else {}
        code = gateway.create_promotion_code(
            coupon=coupon["id"], code=deal.code.upper(), key=f"code:{deal.pk}:{deal.code}", **limits
        )["id"]
    Deal.objects.filter(pk=deal.pk).update(stripe_coupon=coupon["id"], stripe_code=code)
    deal.stripe_coupon, deal.stripe_code = coupon["id"], code
    return deal


@transaction.atomic
def archive(*, deal: Deal) -> None:
    """Nobody takes it any more; who has it keeps it."""
    Deal.objects.filter(pk=deal.pk).update(archived=True)
    if deal.stripe_code:
        outbox.put(key=f"close-code:{deal.pk}", object_id=deal.stripe_code, params={}, kind=outbox.CODE)


def running(at: datetime | None = None) -> Any:
    """Deals that can be taken at that business moment (default: now)."""
    moment = at or clock.now()
    return Deal.objects.filter(Q(ends_at=None) | Q(ends_at__gt=moment), archived=False)


def usable(deal: Deal, account: Any, price: PlanPrice | None) -> Deal:
    """The deal, if this account may take it for this price. Raises `NotForYou`."""
    if deal.archived or (deal.ends_at and deal.ends_at <= clock.now()):
        raise NotForYou("over")
    if price and deal.price_id and deal.price_id != price.pk:
        raise NotForYou("other price")
    if price and deal.kind == Kind.AMOUNT and deal.currency != price.currency:
        raise NotForYou("other price")
    if account.is_authenticated and DealUse.objects.filter(deal=deal, account=account).exists():
        raise NotForYou("taken")
    if deal.most and DealUse.objects.filter(deal=deal).count() >= deal.most:
        raise NotForYou("used up")
    return deal


def used(checkout: Checkout, session: dict[str, Any]) -> None:
    """A payment page was completed with a deal, by link or with a code that was typed there: once per account."""
    typed = [d.get("promotion_code") for d in session.get("discounts") or []]
    typed = [code["id"] if isinstance(code, dict) else code for code in typed if code]
    found = checkout.deal or (Deal.objects.filter(stripe_code__in=typed).first() if typed else None)
    if found:
        DealUse.objects.get_or_create(
            deal=found, account=checkout.account,
            defaults={"at": clock.now(), "subscription_id": checkout.subscription_id},
        )  # fmt: skip


def to_stay(subscription: Subscription, reason: str) -> Deal | None:
    """What we offer to somebody who is about to leave for this reason; nothing that they took before."""
    found = running().filter(purpose=Purpose.STAY, reason__in=["", reason]).exclude(kind=Kind.TRIAL)
    found = found.exclude(uses__account=subscription.account).select_related("price")
    fitting = [d for d in found.order_by("-reason", "pk") if d.price_id in (None, subscription.price_id)]
    currency = subscription.price.currency
    return next((d for d in fitting if d.kind != Kind.AMOUNT or d.currency == currency), None)


@transaction.atomic
def stay(*, subscription: Subscription, deal: Deal) -> OutboxCall:
    """Take a deal on a running subscription instead of leaving. Raises `NotForYou`. Twice is once."""
    User.objects.select_for_update().get(pk=subscription.account_id)
    Deal.objects.select_for_update().get(pk=deal.pk)  # two members cannot both be the last of a limited number
    usable(deal, subscription.account, subscription.price)
    if deal.purpose != Purpose.STAY or not subscription.live:
        raise NotForYou("over")
    DealUse.objects.create(
        deal=deal, account=subscription.account, subscription_id=subscription.stripe_id, at=clock.now()
    )
    params = {"discounts": [{"coupon": deal.stripe_coupon}], "cancel_at_period_end": False}
    return outbox.put(key=f"deal:{deal.pk}:{subscription.stripe_id}", object_id=subscription.stripe_id, params=params)


def to_return(account: Any) -> Deal | None:
    """What we offer to somebody who left: the newest way back that they did not take."""
    found = running().filter(purpose=Purpose.RETURN).exclude(uses__account=account).order_by("-pk")
    return found.first()
