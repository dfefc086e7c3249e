"""Charges to a saved card while nobody sits before a page: an invoice of their own, for what is sold one by one.

The intent is a `Checkout` and a call in the outbox. Each step at Stripe has its idempotency key from the intent, and the
invoice's id is written down before money moves: a worker that dies anywhere in between goes on where it stood, and an
invoice is paid once whatever is repeated. Not an item on a subscription's renewal: renewals are skipped, voided, or a
year away, and what was bought beside them would go with them.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.billing import customers, gateway, hooks, outbox, sync
from subscriptions.billing.enums import CheckoutKind, CheckoutState
from subscriptions.billing.models import Checkout, OutboxCall, PlanPrice

CHARGE, GIVE_UP = "charge", "charge.give_up"


@transaction.atomic
def charge(*, account: User, key: UUID, lines: Sequence[tuple[PlanPrice, int]], card: str = "") -> Checkout:
    """Charge these prices, so many of each, in the caller's transaction; the call follows after commit.

    `card` is Stripe's id of a saved card, empty: the customer's default. The same `key` charges once. What comes of it is
    told by `hooks.paid_once` and `hooks.charge_refused`.
    """
    now = clock.now()
    intent, _ = Checkout.objects.get_or_create(
        key=key,
        defaults={
            "account": account, "kind": CheckoutKind.CHARGE, "price": lines[0][0], "slot": f"charge:{key}",
            "language": account.language, "created_at": now, "expires_at": now,
        },
    )  # fmt: skip
    bought = [[price.stripe_price, quantity] for price, quantity in lines]
    params = {"lines": bought, "card": card, "currency": lines[0][0].currency.lower()}
    outbox.put(key=_object(intent), object_id=_object(intent), params=params, kind=CHARGE)
    return intent


@transaction.atomic
def give_up(*, intent: Checkout) -> None:
    """Nobody should pay it any more. Paid meanwhile, it stands; `hooks.paid_once` tells either way."""
    outbox.put(key=f"{_object(intent)}:over", object_id=_object(intent), params={}, kind=GIVE_UP)


def _object(intent: Checkout) -> str:
    """What the outbox keeps in order: charging and giving up come one after the other."""
    return f"charge:{intent.key}"


def _intent(call: OutboxCall) -> Checkout:
    return Checkout.objects.select_related("account").get(key=call.object_id.partition(":")[2])


def make(call: OutboxCall) -> None:
    """The outbox's call. Raises `GatewayError`; the invoice is then open at Stripe, with a page on which it can be paid."""
    intent = _intent(call)
    invoice_id = intent.invoice_id or _draft(intent, call)
    try:
        _collect(invoice_id, call)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError as refused:
        sync.invoice(invoice_id)
        code = refused.code if isinstance(refused, gateway.PaymentRefused) else ""
        code = "authentication_required" if code in gateway.NEEDS_ACTION else code
        with transaction.atomic():
            for told in hooks.charge_refused:
                told(intent, code)
        raise
    sync.invoice(invoice_id)


def _draft(intent: Checkout, call: OutboxCall) -> str:
    customer = customers.ensure(intent.account)
    made = gateway.create_invoice(
        key=call.key, customer=customer.stripe_id, currency=call.params["currency"], auto_advance=False,
        collection_method="charge_automatically", pending_invoice_items_behavior="exclude",
        metadata={"checkout": str(intent.key)},
    )  # fmt: skip
    Checkout.objects.filter(pk=intent.pk).update(
        invoice_id=made["id"], state=CheckoutState.COMPLETE, completed_at=clock.now()
    )
    intent.invoice_id = made["id"]
    return intent.invoice_id


def _collect(invoice_id: str, call: OutboxCall) -> None:
    """From wherever it stands to paid. A card that is gone is refused at paying, when the invoice has its page."""
    found = gateway.invoice(invoice_id)
    if found["status"] == "draft":
        there = len(found["lines"]["data"])
        for number, (price, quantity) in list(enumerate(call.params["lines"]))[there:]:
            gateway.create_invoice_item(
                key=f"{call.key}:{number}", customer=found["customer"], invoice=invoice_id, quantity=quantity,
                pricing={"price": price},
            )  # fmt: skip
        found = gateway.finalize_invoice(invoice_id, key=f"{call.key}:final")
    if found["status"] == "open":
        card: Any = {"payment_method": call.params["card"]} if call.params["card"] else {}
        gateway.pay_invoice(invoice_id, key=f"{call.key}:pay", off_session=True, **card)


def undo(call: OutboxCall) -> None:
    """The outbox's call that closes an unpaid invoice; one that was paid in the last moment stays paid."""
    intent = _intent(call)
    if not intent.invoice_id or _never_opened(intent.invoice_id):
        _forget(intent)
        return
    try:
        gateway.void_invoice(intent.invoice_id, key=call.key)
    except gateway.GatewayAway:
        raise
    except gateway.GatewayError:
        if gateway.invoice(intent.invoice_id)["status"] == "open":
            raise
    sync.invoice(intent.invoice_id)


def _never_opened(invoice_id: str) -> bool:
    """True for a draft, and for one that a worker took away before it died."""
    try:
        return bool(gateway.invoice(invoice_id)["status"] == "draft")
    except gateway.GatewayMissing:
        return True


def _forget(intent: Checkout) -> None:
    """There was never anything to pay; a draft that was begun is taken away, once."""
    if intent.invoice_id:
        with suppress(gateway.GatewayMissing):
            gateway.delete_draft(intent.invoice_id)
    with transaction.atomic():
        Checkout.objects.filter(pk=intent.pk).update(invoice_id="")
        intent.invoice_id = ""
        for told in hooks.paid_once:
            told(intent, False)
