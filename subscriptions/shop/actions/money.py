"""What money does to a sale. Hooks of billing: inside the transaction that mirrors Stripe's state, and again on every sync."""

from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.notices import notify
from ground import clock
from subscriptions.billing.enums import CheckoutKind
from subscriptions.billing.models import Checkout, Invoice
from subscriptions.boxes import hooks as boxes
from subscriptions.shop.actions import keeping, refunding, selling, waiting
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import SENT, Flag, SaleState, Way
from subscriptions.shop.models import Sale

S, ACTOR = SaleState, "billing"
NEVER_PAID = frozenset({"void", "uncollectible"})


def settled(checkout: Checkout, stands: bool) -> None:
    """The money of a payment page or of a charge came, or went back, or will never come."""
    if checkout.kind not in (CheckoutKind.THING, CheckoutKind.CHARGE):
        return
    by = {"key": checkout.key} if checkout.kind == CheckoutKind.THING else {"charge": checkout.key}
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account").filter(**by)
    invoice = Invoice.objects.filter(stripe_id=checkout.invoice_id).first() if checkout.invoice_id else None
    for sale in rows.order_by("pk"):
        if stands and invoice:
            _came(sale, invoice)
        elif invoice is None or invoice.status in NEVER_PAID:
            _never(sale)
        elif invoice.status == "paid":
            _went(sale, invoice)


def _came(sale: Sale, invoice: Invoice) -> None:
    if sale.state in (S.HELD, S.CHARGING, S.STOPPED):
        _paid(sale, invoice)
    elif sale.state in (S.LAPSED, S.CANCELLED):
        _late(sale, invoice)
    elif sale.state in (S.OWED, S.REFUNDED):
        refunding.follow(sale, invoice)


def _paid(sale: Sale, invoice: Invoice, tell: bool = True) -> None:
    again = sale.state == S.STOPPED
    cause = "the dispute is over" if again else f"paid by {invoice.stripe_id}"
    move(sale, S.PAID, actor=ACTOR, cause=cause, invoice_id=invoice.stripe_id, paid_at=clock.now(), held_until=None)
    keeping.sold(sale)
    waiting.claimed(sale)
    for told in boxes.had:
        told(sale.account_id, [sale.article.item_id], "shop")
    if tell and not again:
        notify(account=sale.account, kind="shop.bought", subject_key=sale.article.key, context=facts_of(sale),
               dedupe=f"sale:{sale.pk}")  # fmt: skip


def _late(sale: Sale, invoice: Invoice) -> None:
    """Paid after its piece was given up: from what is free, within what one may have; else the money goes back."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=sale.account_id)
    enough = sale.quantity <= selling.room(sale.article, sale.account)
    if enough and (not waiting.anybody(sale.article) or waiting.to_spare(sale.article, sale.quantity)):
        try:
            with transaction.atomic():
                keeping.keep(sale)
                _paid(sale, invoice)
            return
        except keeping.SoldOut:
            pass
    refunding.owe(sale, invoice)
    notify(account=sale.account, kind="shop.too_late", subject_key=sale.article.key, context=facts_of(sale),
           dedupe=f"sale:{sale.pk}")  # fmt: skip


def _never(sale: Sale) -> None:
    """Given up unpaid: the piece is somebody else's; the buyer is told."""
    if sale.state != S.CHARGING:
        return
    waiting.let_go(sale)
    move(sale, S.LAPSED, actor=ACTOR, cause="the charge was given up")
    notify(account=sale.account, kind="shop.dropped", subject_key=sale.article.key, context=facts_of(sale),
           dedupe=f"sale:{sale.pk}")  # fmt: skip
    waiting.pass_on(sale.article)


def _went(sale: Sale, invoice: Invoice) -> None:
    """The money is no longer ours: questioned, it rests and keeps its piece; gone, the piece is free where it still lies
    here. What left is never called back: staff see a flag."""
    disputed = any(d.suspends and d.status != "lost" for d in invoice.disputes.all())
    if sale.state in (S.HELD, S.CHARGING):
        _paid(sale, invoice, tell=False)
    if sale.state in SENT or (sale.state == S.PACKED and sale.order_id):
        Sale.objects.filter(pk=sale.pk).update(flag=Flag.LATE)
    elif sale.state in (S.PAID, S.PACKED) and disputed:
        move(sale, S.STOPPED, actor=ACTOR, cause="the payment is questioned", order=None)
    elif sale.state in (S.PAID, S.PACKED, S.STOPPED) and not disputed:
        waiting.let_go(sale)
        move(sale, S.REFUNDED, actor=ACTOR, cause="the money went back", order=None)
        waiting.pass_on(sale.article)
    elif sale.state in (S.OWED, S.RETURNED) and not disputed:
        move(sale, S.REFUNDED, actor=ACTOR, cause="the money went back", flag="")


def page_done(checkout: Checkout, session: dict[str, Any]) -> None:
    """Hook: the address that was typed on the payment page."""
    if checkout.kind != CheckoutKind.THING:
        return
    shipping = (session.get("collected_information") or {}).get("shipping_details")
    if shipping:
        phone = (session.get("customer_details") or {}).get("phone") or ""
        Sale.objects.filter(key=checkout.key).update(address=_address(shipping, phone))


def _address(shipping: dict[str, Any], phone: str) -> dict[str, str]:
    found = shipping.get("address") or {}
    names = {"line1": "line1", "line2": "line2", "city": "city", "region": "state", "postal_code": "postal_code",
             "country": "country"}  # fmt: skip
    said = {ours: str(found.get(theirs) or "")[:160] for ours, theirs in names.items()}
    return {"recipient": str(shipping.get("name") or "")[:80], "phone": phone[:40], **said}


def page_ended(checkout: Checkout) -> None:
    """Hook: the page ended unpaid. What the waiting list offers stays kept as long as it was promised."""
    sale = Sale.objects.filter(key=checkout.key).select_related("article").first()
    if sale is None:
        return
    entry = waiting.offered_to(sale)
    if entry and entry.offered_until and entry.offered_until > clock.now():
        return
    selling.give_back(sale=sale, actor=ACTOR, cause="the payment page ended")


def facts_of(sale: Sale) -> dict[str, str]:
    """What letters say of a sale; plain words in both languages."""
    item = sale.article.item
    numbers = list(sale.units.order_by("number").values_list("number", flat=True)) if sale.article.numbered else []
    return {
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "count": str(sale.quantity),
        "sum": sale.money.format(),
        "numbers": ", ".join(map(str, numbers)),
        "size": str(sale.article.size),
        "sale": sale.number,
        "along": "yes" if sale.way == Way.ALONG or sale.ride_id else "",
    }
