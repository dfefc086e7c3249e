"""Buying, sending and opening gifts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts import mails
from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership.actions import Source, grant, revoke
from membership.models import EntitlementGrant
from subscriptions.billing import joining
from subscriptions.billing.calendar import add_months
from subscriptions.billing.enums import CheckoutKind
from subscriptions.billing.models import Checkout, PlanPrice
from subscriptions.boxes.actions import returns
from subscriptions.gifts import boxes
from subscriptions.gifts.codes import code_of, hash_of
from subscriptions.gifts.models import OPENABLE, Gift, GiftState

GOOD_FOR_MONTHS = 12
TOLD_BEFORE = timedelta(days=14)


class NoSuchGift(Exception):
    """No gift waits under this code: never was, opened already, given back or over. All look alike."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """For whom, from whom, and when. Without an address the code goes to the buyer alone."""

    buyer_name: str
    recipient_name: str = ""
    recipient_email: str = ""
    message: str = ""
    deliver_on: date | None = None
    language: str = "en"


def buy(*, buyer: User, price: PlanPrice, key: UUID, wrapping: Wrapping) -> Checkout:
    """A payment page for a gift; the same `key` is the same gift. Raises `GatewayError`, `ValueError` for no gift's price."""
    if not price.gift_months or not price.active:
        raise ValueError(price.lookup_key)
    values = {name: getattr(wrapping, name) for name in wrapping.__slots__}
    gift, _ = Gift.objects.get_or_create(
        key=key, defaults={"buyer": buyer, "price": price, "created_at": clock.now(), **values}
    )
    return joining.start_apart(
        account=buyer, kind=CheckoutKind.GIFT, key=gift.key, price=gift.price, language=wrapping.language
    )


def settled(checkout: Checkout, stands: bool) -> None:
    """Hook of billing: the money came, or went back. Inside the transaction that mirrors it; again changes nothing."""
    if checkout.kind != CheckoutKind.GIFT:
        return
    gift = Gift.objects.select_for_update(of=("self",)).select_related("price__plan", "buyer").get(key=checkout.key)
    if stands and gift.state == GiftState.NEW:
        _ready(gift)
    elif stands and gift.state == GiftState.RETURNED:
        _restore(gift)
    elif not stands and gift.state not in (GiftState.NEW, GiftState.RETURNED):
        if gift.claimed_by and gift.of_boxes:
            returns.take_back(source=boxes.source_of(gift), why="the money of the gift went back")
        elif gift.claimed_by:
            revoke(account=gift.claimed_by, source=_source(gift), actor="billing")
        gift.state = GiftState.RETURNED
        gift.save(update_fields=["state"])


def _ready(gift: Gift) -> None:
    code = code_of(gift.key)
    gift.state, gift.code_hash = GiftState.READY, hash_of(code)
    gift.expires_at = add_months(clock.now(), GOOD_FOR_MONTHS)
    gift.save(update_fields=["state", "code_hash", "expires_at"])
    # The code is in the letter alone: a notice is kept, and what is kept can be read by others.
    context = _facts(gift) | {"until": gift.expires_at.isoformat()}
    if notify(account=gift.buyer, kind="gifts.bought", context=context, dedupe=str(gift.key)):
        mails.post(to=gift.buyer.email, template="gifts/notices/bought", context=context | {"code": code},
                   language=gift.buyer.language)  # fmt: skip


def _restore(gift: Gift) -> None:
    if gift.claimed_by:
        gift.state = GiftState.CLAIMED
        if gift.of_boxes:
            boxes.restore(gift)
        else:
            _grant(gift)
    else:
        gift.state = GiftState.SENT if gift.sent_at else GiftState.READY
    gift.save(update_fields=["state"])


def send_due(now: datetime) -> int:
    """Send what is to be given by today, once each; answers how many."""
    due = Gift.objects.filter(state=GiftState.READY).exclude(recipient_email="")
    ids = [g.pk for g in due.only("pk", "deliver_on") if g.deliver_on is None or g.deliver_on <= now.date()]
    return sum(_send(pk, now) for pk in ids)


@transaction.atomic
def _send(pk: int, now: datetime) -> bool:
    gift = Gift.objects.select_for_update(of=("self",)).select_related("price__plan").get(pk=pk)
    if gift.state != GiftState.READY:
        return False
    code = code_of(gift.key)
    with override(gift.language):
        claim = f"{settings.PUBLIC_URL}{reverse('gifts:claim')}?code={code}"
    context = _facts(gift) | {"code": code, "claim_url": claim}
    mails.post(to=gift.recipient_email, template="gifts/notices/arrived", context=context, language=gift.language)
    gift.state, gift.sent_at = GiftState.SENT, now
    gift.save(update_fields=["state", "sent_at"])
    return True


def waiting(code: str) -> Gift:
    """The gift that waits under a code. Raises `NoSuchGift`."""
    found = Gift.objects.filter(code_hash=hash_of(code), state__in=OPENABLE, expires_at__gt=clock.now())
    gift = found.select_related("price__plan").first()
    if gift is None:
        raise NoSuchGift
    return gift


@transaction.atomic
def claim(*, account: User, code: str, address: dict[str, str] | None = None) -> Gift:
    """Open a gift: the seat is the account's for the months given, or so many boxes go to the address. Of two at once one
    gets it. Raises `NoSuchGift`, `boxes.NoAddress` where boxes have nowhere to go."""
    found = waiting(code)
    gift = Gift.objects.select_for_update(of=("self",)).select_related("price__plan", "buyer").get(pk=found.pk)
    if gift.state not in OPENABLE:
        raise NoSuchGift
    _one_by_one(account)
    gift.starts = clock.now() if gift.of_boxes else _start(account, gift)
    gift.ends = gift.starts if gift.of_boxes else add_months(gift.starts, gift.months)  # boxes end with the last one
    gift.state, gift.claimed_by, gift.claimed_at = GiftState.CLAIMED, account, clock.now()
    gift.save(update_fields=["state", "claimed_by", "claimed_at", "starts", "ends"])
    if gift.of_boxes:
        boxes.give(gift, address or {})
    else:
        _grant(gift)
    notify(account=gift.buyer, kind="gifts.claimed", context=_facts(gift), dedupe=str(gift.key))
    return gift


def _one_by_one(account: User) -> None:
    """Two gifts opened at once by one person see each other. After the gift's lock, as when a gift is given back."""
    User.objects.select_for_update().only("pk").get(pk=account.pk)


def _start(account: User, gift: Gift) -> datetime:
    """Now, or when an earlier gift of the same seat ends: two gifts are one after the other, not side by side."""
    now = clock.now()
    earlier = EntitlementGrant.objects.filter(
        account=account, key=gift.price.plan.entitlement, source_kind="gift", ends__gt=now
    ).order_by("-ends")
    last = earlier.first()
    return last.ends if last and last.ends else now


def _grant(gift: Gift) -> None:
    if gift.claimed_by:
        grant(account=gift.claimed_by, key=gift.price.plan.entitlement, source=_source(gift), actor="gift",
              starts=gift.starts, ends=gift.ends)  # fmt: skip


def tell_ending(now: datetime) -> int:
    """Tell those whose gift ends within two weeks, once, and close what nobody opened; answers how many were told."""
    Gift.objects.filter(state__in=OPENABLE, expires_at__lte=now).update(state=GiftState.EXPIRED)
    due = Gift.objects.filter(
        state=GiftState.CLAIMED, ends__gt=now, ends__lte=now + TOLD_BEFORE, ending_told_at=None
    ).select_related("price__plan", "claimed_by")
    told = 0
    for gift in due:
        context = _facts(gift) | {"until": gift.ends.isoformat() if gift.ends else ""}
        with transaction.atomic():
            Gift.objects.filter(pk=gift.pk).update(ending_told_at=now)
            if gift.claimed_by:
                notify(account=gift.claimed_by, kind="gifts.ending", context=context, dedupe=str(gift.key))
        told += 1
    return told


def _source(gift: Gift) -> Source:
    return Source("gift", str(gift.pk))


def _facts(gift: Gift) -> dict[str, str]:
    plan = gift.price.plan
    return {
        "plan_zh": plan.name_zh,
        "plan_en": plan.name_en,
        "months": str(gift.months),
        "boxes": "yes" if gift.of_boxes else "",
        "buyer": gift.buyer_name,
        "message": gift.message,
    }
