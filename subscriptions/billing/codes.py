"""Codes of special prices that people type: looked up here, so that our own rules hold before anything can be paid.

Stripe knows how often a code was taken in all, not that one account takes it once whatever it buys; so its page has no
field for codes, and a code is on the page from the start or not at all.
"""

from typing import Any

from subscriptions.billing import deals
from subscriptions.billing.deals import NotForYou
from subscriptions.billing.enums import WAITING_CHECKOUTS, PlanKind, SubscriptionStatus
from subscriptions.billing.models import Checkout, Deal, PlanPrice, Subscription
from subscriptions.billing.models.deal import Purpose

LONGEST = 40
TYPED = (Purpose.LINK, Purpose.RETURN)
"""What can be typed or linked to; what keeps those who leave is offered to them alone."""


def find(said: str) -> Deal | None:
    """The deal of a code as somebody typed it; None when there is none."""
    code = said.strip().lower()
    if not code or len(code) > LONGEST:
        return None
    return Deal.objects.select_related("price__plan").filter(code=code, purpose__in=TYPED).first()


def for_joining(deal: Deal, account: Any, price: PlanPrice | None = None) -> Deal:
    """The deal, if this account may join with it (at this price). Raises `NotForYou`.

    A payment page that is open elsewhere with the same deal counts as taking it: two pages could both be paid.
    """
    deals.usable(deal, account, price)
    if deal.purpose not in TYPED:
        raise NotForYou("over")
    if not account.is_authenticated:
        return deal
    if deal.purpose == Purpose.RETURN and not has_left(account):
        raise NotForYou("others")
    waiting = Checkout.objects.filter(account=account, deal=deal, state__in=WAITING_CHECKOUTS)
    if price and waiting.exclude(slot=price.plan.slot).exists():
        raise NotForYou("waiting")
    return deal


def has_left(account: Any) -> bool:
    """Whether a membership of this account has ended and none runs."""
    seats = Subscription.objects.filter(account=account, plan__kind__in=(PlanKind.TIER, PlanKind.GROUP))
    return seats.filter(status=SubscriptionStatus.CANCELED).exists() and not seats.live().exists()
