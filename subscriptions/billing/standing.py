"""How a subscription stands, in one plain sentence with one button. Pure: rows in, a word out; templates have the words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscriptions.billing.enums import OVER, SubscriptionStatus
from subscriptions.billing.models import Dispute, Invoice, Pause, Refund, Subscription


class Stand(StrEnum):
    """What is the matter, the most pressing first."""

    DISPUTED = "disputed"
    CONFIRM = "confirm"
    FAILED = "failed"
    UNPAID = "unpaid"
    INCOMPLETE = "incomplete"
    LOST = "lost"
    REFUNDED = "refunded"
    ENDED = "ended"
    RESTING = "resting"
    LEAVING = "leaving"
    CHANGING = "changing"
    TRIAL = "trial"
    CARD_ENDS = "card ends"
    RUNNING = "running"


PRESSING = frozenset(
    {Stand.DISPUTED, Stand.CONFIRM, Stand.FAILED, Stand.UNPAID, Stand.INCOMPLETE, Stand.LOST, Stand.CARD_ENDS}
)


@dataclass(frozen=True, slots=True)
class Held:
    """One subscription of a member with all that its page shows."""

    subscription: Subscription
    stand: Stand
    open_invoice: Invoice | None = None
    pause: Pause | None = None
    refund: Refund | None = None
    dispute: Dispute | None = None
    until: datetime | None = None

    @property
    def pressing(self) -> bool:
        """True when the member should do something."""
        return self.stand in PRESSING

    @property
    def changeable(self) -> bool:
        """True while another price can be chosen."""
        running = (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING)
        return self.subscription.status in running and not self.subscription.ends_at_period_end


def stand(
    subscription: Subscription, *, invoice: Invoice | None, disputed: bool, refunded: bool, card_ends: bool
) -> Stand:
    """The most pressing of what is the matter. `invoice`: its open one; `card_ends`: before the next charge."""
    if disputed:
        return Stand.DISPUTED
    if subscription.status in OVER:
        if refunded:
            return Stand.REFUNDED
        return Stand.LOST if subscription.cancel_cause == "payment_failed" else Stand.ENDED
    if subscription.status == SubscriptionStatus.INCOMPLETE:
        return Stand.INCOMPLETE
    if invoice and invoice.attempts and subscription.status != SubscriptionStatus.PAUSED:
        return Stand.CONFIRM if invoice.needs_action else Stand.FAILED
    if subscription.status in (SubscriptionStatus.UNPAID, SubscriptionStatus.PAST_DUE):
        return Stand.UNPAID
    return _quiet(subscription, card_ends)


def _quiet(subscription: Subscription, card_ends: bool) -> Stand:
    if subscription.ends_at_period_end:  # also out of a rest: going on would not bring it back
        return Stand.LEAVING
    if subscription.status == SubscriptionStatus.PAUSED:
        return Stand.RESTING
    if subscription.next_price_id:
        return Stand.CHANGING
    if subscription.status == SubscriptionStatus.TRIALING:
        return Stand.TRIAL
    return Stand.CARD_ENDS if card_ends else Stand.RUNNING
