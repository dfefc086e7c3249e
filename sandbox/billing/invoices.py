"""Invoices: drafted, finalised, paid, failed, retried, voided."""

from typing import Any

from sandbox import shapes
from sandbox.billing import discounts, payments
from sandbox.billing.periods import DAY
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.expand import on_request
from sandbox.store import Object
from sandbox.world import DUE, WORK, World, copy, new_id

DRAFT_SECONDS = 3600
RETRY_DAYS = (1, 3, 5)


def line(price: Object | None, amount: int, quantity: int, period: tuple[int, int], text: str, **values: Any) -> Object:
    """An invoice line, not yet on an invoice. `period` is (start, end) in seconds."""
    made = shapes.new(
        "InvoiceLineItem", id=new_id("il"), amount=amount, subtotal=amount, quantity=quantity, description=text,
        quantity_decimal=str(quantity), discountable=values.pop("discountable", True), discount_amounts=[],
        pretax_credit_amounts=[], taxes=[], **values,
    )  # fmt: skip
    made["period"] = {"start": period[0], "end": period[1]}
    if price:
        made["currency"] = price["currency"]
        made["pricing"] = shapes.new("InvoiceLineItem.Pricing", type="price_details", unit_amount_decimal=str(
            price["unit_amount"]), price_details={"price": price["id"], "product": price["product"]})  # fmt: skip
    return made


def create(
    w: World, customer: Object, subscription: Object | None, lines: list[Object], reason: str, **values: Any
) -> Object:
    """Store a draft invoice with these lines and the customer's pending items, and tell of it."""
    clock = w.clock_of(customer)
    now = w.now(clock)
    given = values.pop("discounts", subscription["discounts"] if subscription else [])
    waiting = values.pop("pending", True)
    invoice = w.make(
        "Invoice", "in", clock, customer=customer["id"], billing_reason=reason, status="draft",
        currency=values.pop("currency", None) or subscription_currency(subscription, lines),
        customer_email=customer["email"], customer_name=customer["name"], customer_phone=customer["phone"],
        customer_tax_exempt=customer["tax_exempt"], customer_tax_ids=[], account_name="Sandbox", account_country="CN",
        period_start=values.pop("period_start", now), period_end=values.pop("period_end", now), metadata={},
        auto_advance=values.pop("auto_advance", True), collection_method="charge_automatically", total_taxes=[], total_pretax_credit_amounts=[],
        test_clock=customer["test_clock"], **values,
    )  # fmt: skip
    invoice["customer_address"] = _same("Invoice.CustomerAddress", customer["address"])
    invoice["customer_shipping"] = _same("Invoice.CustomerShipping", customer["shipping"])
    invoice["automatic_tax"].update(enabled=False)
    invoice["issuer"].update(type="self")
    if subscription:
        invoice["parent"] = _parent(subscription)
        invoice["default_payment_method"] = None
    add_lines(w, invoice, [*lines, *(pending_lines(w, customer, subscription, invoice["id"]) if waiting else [])])
    discounts.apply(w, invoice, given, now)
    if subscription:
        discounts.use_up(w, subscription, invoice, now)
    reckon(w, invoice, customer)
    w.save(invoice, clock)
    emit(w, "invoice.created", invoice)
    return invoice


def subscription_currency(subscription: Object | None, lines: list[Object]) -> str:
    """The currency of an invoice."""
    return subscription["currency"] if subscription else lines[0]["currency"]


def _same(kind: str, value: Object | None) -> Object | None:
    return {**shapes.new(kind), **value} if value else None


def _parent(subscription: Object) -> Object:
    details = shapes.new(
        "Invoice.Parent.SubscriptionDetails", metadata=dict(subscription["metadata"]), subscription=subscription["id"]
    )
    return shapes.new("Invoice.Parent", type="subscription_details", subscription_details=details)


def pending_lines(w: World, customer: Object, subscription: Object | None, invoice: str) -> list[Object]:
    """Lines of the invoice items that wait for this invoice; the items are marked as taken."""
    found = []
    for item in w.store.find("invoiceitem", "customer=? AND parent IS NULL", customer["id"]):
        owner = ((item["parent"] or {}).get("subscription_details") or {}).get("subscription")
        if owner and (subscription is None or owner != subscription["id"]):
            continue
        found.append(take(w, item, invoice))
    return found


def take(w: World, item: Object, invoice: str) -> Object:
    """Mark an invoice item as taken by this invoice; answers its line."""
    item["invoice"] = invoice
    w.save(item)
    return _line_of(w, item, ((item["parent"] or {}).get("subscription_details") or {}).get("subscription"))


def _line_of(w: World, item: Object, owner: str | None) -> Object:
    price = w.store.get(((item["pricing"] or {}).get("price_details") or {}).get("price") or "")
    period = (item["period"]["start"], item["period"]["end"])
    made = line(price, item["amount"], item["quantity"], period, item["description"] or "", currency=item["currency"],
                discountable=item["discountable"], metadata=dict(item["metadata"] or {}), subscription=owner)  # fmt: skip
    hidden = w.store.hidden(item["id"])
    if item["proration"] and hidden.get("subscription_item"):
        details = shapes.new(
            "InvoiceLineItem.Parent.SubscriptionItemDetails", invoice_item=item["id"], proration=True,
            subscription=owner, subscription_item=hidden["subscription_item"],
        )  # fmt: skip
        made["parent"] = shapes.new(
            "InvoiceLineItem.Parent", type="subscription_item_details", subscription_item_details=details
        )
    else:
        details = shapes.new(
            "InvoiceLineItem.Parent.InvoiceItemDetails", invoice_item=item["id"], proration=item["proration"],
            subscription=owner,
        )  # fmt: skip
        made["parent"] = shapes.new("InvoiceLineItem.Parent", type="invoice_item_details", invoice_item_details=details)
    return made


def add_lines(w: World, invoice: Object, lines: list[Object]) -> None:
    """Put lines on an invoice."""
    for made in lines:
        made["invoice"] = invoice["id"]
        made["currency"] = made["currency"] or invoice["currency"]
    invoice["lines"] = shapes.page(invoice["lines"]["data"] + lines, f"/v1/invoices/{invoice['id']}/lines")


def reckon(w: World, invoice: Object, customer: Object) -> None:
    """Write the totals; what the customer has in credit is taken off when the invoice is finalised."""
    subtotal = sum(entry["amount"] for entry in invoice["lines"]["data"])
    total = subtotal - sum(entry["amount"] for entry in invoice["total_discount_amounts"] or [])
    start = customer["balance"] or 0
    due = max(0, total + start) if total > 0 else 0
    invoice.update(
        subtotal=subtotal, subtotal_excluding_tax=subtotal, total=total, total_excluding_tax=total,
        starting_balance=start, amount_due=due, amount_remaining=due, ending_balance=None,
    )  # fmt: skip
    now = w.now(w.clock_of(customer))
    invoice["automatically_finalizes_at"] = now + DRAFT_SECONDS if invoice["auto_advance"] else None


def finalize(w: World, invoice: Object) -> Object:
    """Number the invoice, open it, settle it with the balance; a sum of nothing is paid at once."""
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
        )
    before = copy(invoice)
    customer = w.need(invoice["customer"], "customer")
    reckon(w, invoice, customer)
    _open(w, invoice, customer)
    _settle(w, invoice, customer, customer["next_invoice_sequence"] or 1)
    intent = _request(w, invoice) if invoice["amount_due"] else None
    if intent:
        invoice["confirmation_secret"] = {"client_secret": intent["client_secret"], "type": "payment_intent"}
    w.save(invoice)
    emit(w, "invoice.finalized", invoice, None)
    emit(w, "invoice.updated", invoice, before)
    if not invoice["amount_due"]:
        paid(w, invoice)
    return invoice


def _settle(w: World, invoice: Object, customer: Object, sequence: int) -> None:
    before = copy(customer)
    balance = customer["balance"] or 0
    used = invoice["total"] if invoice["total"] < 0 else invoice["total"] - invoice["amount_due"]
    customer["balance"] = balance + used
    customer["next_invoice_sequence"] = sequence + 1
    customer["currency"] = customer["currency"] or invoice["currency"]
    invoice["ending_balance"] = customer["balance"]
    update(w, before, customer, "customer.updated")


def _request(w: World, invoice: Object) -> Object:
    clock = w.clock_of(invoice)
    text = "Subscription creation" if invoice["billing_reason"] == "subscription_create" else "Subscription update"
    intent = payments.new_intent(
        w, clock, invoice["amount_due"], invoice["currency"], invoice["customer"],
        description=text if invoice["parent"] else None, setup_future_usage="off_session" if invoice["parent"] else None,
    )  # fmt: skip
    _record(w, invoice, intent)
    return intent


def _record(w: World, invoice: Object, intent: Object) -> None:
    payment = w.make(
        "InvoicePayment", "inpay", w.clock_of(invoice), amount_requested=invoice["amount_due"], is_default=True,
        currency=invoice["currency"], invoice=invoice["id"], status="open",
    )  # fmt: skip
    payment["payment"].update(type="payment_intent", payment_intent=intent["id"])
    w.save(payment, w.clock_of(invoice))


def settle_paid(w: World, invoice: Object, intent: Object | None) -> Object:
    """Finalise a draft for what was paid already by this intent, or for nothing."""
    customer = w.need(invoice["customer"], "customer")
    before = copy(invoice)
    invoice.update(starting_balance=0, amount_due=invoice["total"], amount_remaining=invoice["total"], ending_balance=0)
    _open(w, invoice, customer)
    customer["next_invoice_sequence"] = (customer["next_invoice_sequence"] or 1) + 1
    w.save(customer)
    if intent:
        _record(w, invoice, intent)
    w.save(invoice)
    emit(w, "invoice.finalized", invoice, None)
    emit(w, "invoice.updated", invoice, before)
    paid(w, invoice)
    return invoice


def _open(w: World, invoice: Object, customer: Object) -> None:
    """Number and date a draft, and give it its page."""
    now = w.now(w.clock_of(invoice))
    invoice.update(
        status="open", number=f"{customer['invoice_prefix']}-{customer['next_invoice_sequence'] or 1:04d}",
        automatically_finalizes_at=None, effective_at=now, webhooks_delivered_at=now,
        hosted_invoice_url=f"{w.config.public_url}/i/{invoice['id']}",
        invoice_pdf=f"{w.config.public_url}/i/{invoice['id']}/pdf",
    )  # fmt: skip
    invoice["status_transitions"]["finalized_at"] = now


def payment_of(w: World, invoice: Object) -> Object | None:
    """The invoice's default payment record."""
    found = w.store.find("invoice_payment", "parent=?", invoice["id"])
    return found[-1] if found else None


@on_request("invoice", "payments")
def _payments(w: World, invoice: Object) -> Object:
    found = w.store.find("invoice_payment", "parent=?", invoice["id"])
    return shapes.page(found, f"/v1/invoice_payments?invoice={invoice['id']}")


def intent_of(w: World, invoice: Object) -> Object | None:
    """The payment intent that pays an invoice."""
    payment = payment_of(w, invoice)
    return w.store.get(payment["payment"]["payment_intent"]) if payment else None


def attempt(
    w: World,
    invoice: Object,
    method: Object | None = None,
    off_session: bool = True,
    authenticated: bool = False,
    planned: bool = False,
) -> str:
    """Try to pay an open invoice. Answers "ok" or a decline code; the subscription follows.

    Only `planned` attempts and the first one use up the plan of retries; others are somebody's own try.
    """
    subscription = subscription_of(w, invoice)
    customer = w.need(invoice["customer"], "customer")
    method = method or w.store.get(invoice["default_payment_method"] or "")
    method = method or payments.default_method(w, customer, subscription)
    intent = intent_of(w, invoice)
    if intent is None:
        raise invalid("This invoice has nothing to pay.", code="invoice_no_customer_line_items")
    code = payments.confirm(w, intent, method, off_session, authenticated) if method else "no_method"
    if code == "ok":
        paid(w, invoice)
    else:
        failed(w, invoice, code, planned or invoice["attempt_count"] == 0)
    return code


def paid(w: World, invoice: Object) -> None:
    """Mark an invoice as paid and let the subscription know."""
    before = copy(invoice)
    now = w.now(w.clock_of(invoice))
    counted = invoice["amount_due"] > 0
    invoice.update(
        status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, attempted=True, next_payment_attempt=None,
        attempt_count=invoice["attempt_count"] + counted,
    )  # fmt: skip
    invoice["status_transitions"]["paid_at"] = now
    payment = payment_of(w, invoice)
    if payment:
        payment.update(status="paid", amount_paid=invoice["amount_due"])
        payment["status_transitions"]["paid_at"] = now
        w.save(payment)
    w.save(invoice)
    if payment:
        emit(w, "invoice_payment.paid", payment)
    emit(w, "invoice.updated", invoice, before)
    emit(w, "invoice.paid", invoice)
    emit(w, "invoice.payment_succeeded", invoice)
    _delinquent(w, invoice, False)
    _tell(w, invoice, "paid")


def failed(w: World, invoice: Object, code: str, counted: bool) -> None:
    """Write down a failed attempt and plan the next; after the last one the subscription ends."""
    before = copy(invoice)
    now = w.now(w.clock_of(invoice))
    first = invoice["billing_reason"] == "subscription_create"
    count = invoice["attempt_count"] + counted
    again = invoice["next_payment_attempt"]
    if counted:
        planned = invoice["auto_advance"] and not first and count <= len(RETRY_DAYS)
        again = now + RETRY_DAYS[count - 1] * DAY if planned else None
    invoice.update(attempted=True, attempt_count=count, next_payment_attempt=again)
    w.save(invoice)
    emit(w, "invoice.updated", invoice, before)
    emit(w, "invoice.payment_failed", invoice)
    if code == "authentication_required":
        emit(w, "invoice.payment_action_required", invoice)
    _delinquent(w, invoice, True)
    last = counted and not first and again is None and invoice["auto_advance"]
    _tell(w, invoice, "exhausted" if last else "failed")


def _delinquent(w: World, invoice: Object, value: bool) -> None:
    customer = w.need(invoice["customer"], "customer")
    before = copy(customer)
    customer["delinquent"] = value
    update(w, before, customer, "customer.updated")


def _tell(w: World, invoice: Object, what: str) -> None:
    from sandbox.billing import subscriptions

    subscription = subscription_of(w, invoice)
    if subscription:
        subscriptions.settled(w, subscription, invoice, what)


def subscription_of(w: World, invoice: Object) -> Object | None:
    """The subscription that an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return w.store.get(details["subscription"]) if details.get("subscription") else None


def void(w: World, invoice: Object) -> Object:
    """Void an open invoice: nothing of it is owed any more."""
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"You can only pass in open invoices. This invoice isn't open. Invoice is {invoice['status']}.")
    return _close(w, invoice, "void", "voided_at", "invoice.voided")


def uncollectible(w: World, invoice: Object) -> Object:
    """Give an open invoice up."""
    if invoice["status"] != "open":
        raise invalid("You can only mark open invoices as uncollectible.")
    return _close(w, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def _close(w: World, invoice: Object, status: str, field: str, event: str) -> Object:
    before = copy(invoice)
    invoice.update(status=status, next_payment_attempt=None)
    invoice["status_transitions"][field] = w.now(w.clock_of(invoice))
    intent = intent_of(w, invoice)
    if intent and status == "void":
        payments.cancel_intent(w, intent, "void_invoice")
    w.save(invoice)
    emit(w, "invoice.updated", invoice, before)
    emit(w, event, invoice)
    return invoice


def due(w: World, invoice: Object) -> int | None:
    """When the engine has to look at this invoice."""
    if invoice["status"] == "draft" and invoice["auto_advance"]:
        return invoice["automatically_finalizes_at"]
    return invoice["next_payment_attempt"] if invoice["status"] == "open" else None


def work(w: World, invoice: Object) -> None:
    """Finalise and charge, or try again."""
    if invoice["status"] == "draft":
        finalize(w, invoice)
    if invoice["status"] == "open" and invoice["amount_due"]:
        attempt(w, invoice, planned=True)


DUE["invoice"] = due
WORK["invoice"] = work
