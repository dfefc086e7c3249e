"""Joining: one payment page per account and slot, whatever is clicked how often."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from ground import clock
from membership import currencies
from membership.models import Tier
from subscriptions.billing import codes, customers, gateway, hooks, releasing, sessions, sync
from subscriptions.billing.enums import WAITING_CHECKOUTS, CheckoutKind, CheckoutState, Interval, PlanKind
from subscriptions.billing.models import Checkout, Deal, PlanPrice, Subscription
from subscriptions.billing.models.deal import Kind

OPEN_FOR = timedelta(hours=1)
MARGIN = timedelta(minutes=5)
SHORTEST = timedelta(minutes=35)  # Stripe wants a new session to live for 30 minutes at least


class AlreadyMember(Exception):
    """The account has what it wants to buy; the subscription (None: a lifetime) is the argument."""

    def __init__(self, subscription: Subscription | None = None) -> None:
        super().__init__(subscription.stripe_id if subscription else "lifetime")
        self.subscription = subscription


class OtherCurrency(ValueError):
    """The account pays in another currency already; that one is the argument."""


class WrongSize(ValueError):
    """A group smaller or larger than its plan sells."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to join, and where they came from."""

    price: PlanPrice
    next_url: str = ""
    origin: str = ""
    language: str = "en"
    quantity: int = 1
    deal: Deal | None = None
    choice: str = ""  # the variant of a box

    @property
    def kind(self) -> CheckoutKind:
        """What kind of payment page it needs."""
        return CheckoutKind.ONCE if self.price.interval == Interval.ONCE else CheckoutKind.SUBSCRIPTION


def start(*, account: User, wish: Wish) -> Checkout:
    """An open checkout with its payment page. Raises `AlreadyMember`, `WrongSize`, `OtherCurrency`, `NotYet`,
    `deals.NotForYou`, `GatewayError`.

    The intent is written first, under the account's row lock; Stripe is asked outside of it with the intent's key, so
    two tabs and a retry after a crash get the same page.
    """
    intent, old = _intend(account, wish)
    if old and old.session_id:
        _close(old, intent)
    return _open(intent)


def start_apart(*, account: Any, kind: CheckoutKind, key: UUID, price: PlanPrice | None = None, next_url: str = "",
                language: str = "en") -> Checkout:  # fmt: skip
    """A payment page that waits for no other: a gift, or a new card. The same `key` is the same page.

    Raises `GatewayError`.
    """
    return _open(intend_apart(account=account, kind=kind, key=key, price=price, next_url=next_url, language=language))


def open_page(intent: Checkout) -> Checkout:
    """The payment page of an intent, made at Stripe when it has none. Raises `AlreadyMember`, `GatewayError`."""
    return _open(intent)


def intend_apart(*, account: Any, kind: CheckoutKind, key: UUID, price: PlanPrice | None = None, next_url: str = "",
                 language: str = "en", quantity: int = 1) -> Checkout:  # fmt: skip
    """Such an intent, without asking Stripe: in the caller's transaction. The same `key` is the same intent."""
    now = clock.now()
    try:
        with transaction.atomic():
            intent, _ = Checkout.objects.get_or_create(
                key=key,
                defaults={
                    "account": account, "kind": kind, "price": price, "slot": f"{kind}:{key}", "language": language,
                    "quantity": quantity, "next_url": next_url, "created_at": now, "expires_at": now + OPEN_FOR,
                },
            )  # fmt: skip
    except IntegrityError:
        intent = Checkout.objects.get(key=key)
    if intent.account_id != account.pk:
        raise Checkout.DoesNotExist(key)
    return intent


def _open(intent: Checkout) -> Checkout:
    if intent.session_url:
        return intent
    customer = customers.ensure(intent.account)
    remote = gateway.create_checkout(key=f"checkout:{intent.key}", **sessions.params(intent, customer.stripe_id))
    Checkout.objects.filter(pk=intent.pk, state=CheckoutState.NEW).update(
        state=CheckoutState.OPEN, session_id=remote["id"], session_url=remote["url"]
    )
    intent.refresh_from_db()
    lost = intent.state == CheckoutState.SUPERSEDED or not intent.session_url
    return _overtaken(intent, remote["id"]) if lost else intent


def _overtaken(intent: Checkout, session_id: str) -> Checkout:
    """Another tab chose something else while this page was made: that page counts, and this one must not be paid.

    Raises `AlreadyMember`, `GatewayError`.
    """
    with suppress(gateway.GatewayError):  # nobody has seen its address
        gateway.expire_checkout(session_id)
    chosen = Checkout.objects.filter(account=intent.account_id, slot=intent.slot, state__in=WAITING_CHECKOUTS).first()
    if chosen:
        return _open(chosen)
    raise AlreadyMember(live_in(intent.account, intent.slot))


@transaction.atomic
def _intend(account: User, wish: Wish) -> tuple[Checkout, Checkout | None]:
    User.objects.select_for_update().get(pk=account.pk)
    slot, now = wish.price.plan.slot, clock.now()
    _refuse(account, wish)
    # Locked, because the tab that made it may be writing its page's address down at this moment.
    waiting = (
        Checkout.objects.select_for_update().filter(account=account, slot=slot, state__in=WAITING_CHECKOUTS).first()
    )
    if waiting and _same(waiting, wish) and waiting.expires_at > now + _margin(waiting):
        if waiting.session_url:  # an unsent intent keeps its words: they are parameters under its idempotency key
            Checkout.objects.filter(pk=waiting.pk).update(next_url=wish.next_url, origin=waiting.origin or wish.origin)
        return waiting, None
    if waiting:
        waiting.state = CheckoutState.SUPERSEDED
        waiting.save(update_fields=["state"])
    intent = Checkout.objects.create(
        account=account,
        kind=wish.kind,
        price=wish.price,
        quantity=wish.quantity,
        deal=wish.deal,
        first=_first(wish, account),
        choice=wish.choice,
        trial_days=trial_days(account, wish.price, wish.deal),
        slot=slot,
        language=wish.language,
        next_url=wish.next_url,
        origin=wish.origin,
        created_at=now,
        expires_at=now + OPEN_FOR,
    )
    return intent, waiting


def _first(wish: Wish, account: User) -> PlanPrice | None:
    """What is charged at once beside a subscription on a common billing day."""
    if wish.kind != CheckoutKind.SUBSCRIPTION:
        return None
    return next((found for ask in hooks.charged_at_once if (found := ask(wish.price, account))), None)


def _refuse(account: User, wish: Wish) -> None:
    plan = wish.price.plan
    releasing.refuse(plan, account)
    if plan.per_seat and not plan.smallest_group <= wish.quantity <= plan.largest_group:
        raise WrongSize(wish.quantity)
    if wish.deal:
        codes.for_joining(wish.deal, account, wish.price)
    if lifetime(account, plan.entitlement):
        raise AlreadyMember
    found = live_in(account, plan.slot)
    if not found and (other := currencies.bound(account)) not in ("", wish.price.currency):
        raise OtherCurrency(other)
    if found and wish.kind == CheckoutKind.SUBSCRIPTION:
        raise AlreadyMember(found)


def live_in(account: User, slot: str) -> Subscription | None:
    """The account's live subscription in a slot, if it has one."""
    found = Subscription.objects.live().filter(account=account).select_related("plan", "price")
    return next((s for s in found if s.plan.slot == slot), None)


def lifetime(account: User, key: str) -> bool:
    """True when the account bought this for good."""
    return account.entitlement_grants.filter(key=key, source_kind="once", ends=None).exists()


def prices_for(deal: Deal) -> list[PlanPrice]:
    """Prices on sale that a deal can be taken for, by tier, lowest first. Two queries."""
    rows = PlanPrice.objects.filter(active=True, stripe_price__isnull=False, gift_months=None, plan__kind=PlanKind.TIER)
    rows = rows.exclude(interval=Interval.ONCE).select_related("plan")
    rows = rows.filter(pk=deal.price_id) if deal.price_id else rows
    rows = rows.filter(currency=deal.currency) if deal.kind == Kind.AMOUNT else rows
    ranks = dict(Tier.objects.listed().values_list("key", "rank"))
    return sorted((p for p in rows if p.plan.target in ranks), key=lambda p: (ranks[p.plan.target], p.amount))


def group_prices() -> QuerySet[PlanPrice]:
    """Prices of a seat in a group, lowest first."""
    rows = PlanPrice.objects.filter(plan__kind=PlanKind.GROUP, active=True, stripe_price__isnull=False)
    return rows.select_related("plan")


def trial_days(account: User, price: PlanPrice, deal: Deal | None = None) -> int:
    """Days of trial that this account gets: once in its life for each kind of plan, none on a common billing day."""
    days = (deal.trial_days if deal and deal.kind == Kind.TRIAL else price.plan.trial_days) or 0
    if not days or price.interval == Interval.ONCE or price.plan.billing_day:
        return 0
    if account.is_authenticated and Subscription.objects.filter(account=account, plan__kind=price.plan.kind).exists():
        return 0
    return days


def _same(waiting: Checkout, wish: Wish) -> bool:
    return (waiting.price_id, waiting.quantity, waiting.deal_id, waiting.choice) == (
        wish.price.pk, wish.quantity, wish.deal.pk if wish.deal else None, wish.choice)  # fmt: skip


def _margin(waiting: Checkout) -> timedelta:
    return MARGIN if waiting.session_url else SHORTEST


def _close(old: Checkout, intent: Checkout) -> None:
    """The page that was replaced must not be paid any more. Where it was paid already, that seat stands and the new
    intent goes: nobody pays twice. Raises `AlreadyMember`, `GatewayAway`."""
    session_id = old.session_id or ""
    try:
        gateway.expire_checkout(session_id)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError:
        if gateway.checkout(session_id)["status"] != "complete":
            return
        Checkout.objects.filter(pk=intent.pk, session_id=None).update(state=CheckoutState.SUPERSEDED)
        sync.checkout(session_id)
        live = Subscription.objects.live().filter(account_id=old.account_id).order_by("-pk").first()
        if live:
            raise AlreadyMember(live) from None
