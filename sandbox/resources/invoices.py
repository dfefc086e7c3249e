"""Invoices, invoice items, invoice payments."""

from typing import Any

from sandbox import listing, shapes
from sandbox.api import Call, required
from sandbox.billing import invoices, payments, preview
from sandbox.billing.cards import error_code
from sandbox.errors import card_error, invalid, missing
from sandbox.events import emit, update
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import World, copy


@api("GET", "/invoices", "InvoiceListParams")
def list_all(call: Call) -> Object:
    """Invoices, newest first."""
    given = call.data
    where, values = ("parent=?", [given["subscription"]]) if given.get("subscription") else ("", [])
    names = ("customer", "status", "collection_method")
    return listing.answer(call, "invoice", {k: given.get(k) for k in names}, None, where, values)


@api("POST", "/invoices", "InvoiceCreateParams")
def create(call: Call) -> Object:
    """A draft without a subscription, empty until items are put on it (or with those that wait, where it says so)."""
    given = call.data
    required(given, "customer")
    customer = call.w.need(given["customer"], "customer", "customer")
    if given.get("subscription") or given.get("collection_method", "charge_automatically") != "charge_automatically":
        raise invalid("The sandbox makes invoices of a customer that are charged automatically.", "subscription")
    currency = (given.get("currency") or customer["currency"] or "cny").lower()
    invoice = invoices.create(
        call.w, customer, None, [], "manual", currency=currency, auto_advance=bool(given.get("auto_advance", False)),
        pending=given.get("pending_invoice_items_behavior") == "include",
    )  # fmt: skip
    if given.get("default_payment_method"):
        call.w.need(given["default_payment_method"], "payment_method", "default_payment_method")
    names = ("metadata", "description", "footer", "default_payment_method")
    call.lay(invoice, {k: v for k, v in given.items() if k in names})
    return call.w.save(invoice)


@api("POST", "/invoices/create_preview", "InvoiceCreatePreviewParams")
def create_preview(call: Call) -> Object:
    """The invoice that a change, or the next renewal, would make. Nothing of it happens."""
    return preview.create(call.w, call.data)


@api("GET", "/invoices/{key}", "InvoiceRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One invoice."""
    return call.w.need(key, "invoice")


@api("POST", "/invoices/{key}", "InvoiceUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change metadata, description, and whether it goes on by itself."""
    invoice = call.w.need(key, "invoice")
    before = copy(invoice)
    if call.data.get("default_payment_method"):
        call.w.need(call.data["default_payment_method"], "payment_method", "default_payment_method")
    names = (
        "metadata",
        "description",
        "footer",
        "auto_advance",
        "default_payment_method",
        "automatically_finalizes_at",
    )
    call.lay(invoice, {k: v for k, v in call.data.items() if k in names})
    if invoice["status"] == "draft" and "auto_advance" in call.data and "automatically_finalizes_at" not in call.data:
        invoice["automatically_finalizes_at"] = invoice["created"] + 3600 if invoice["auto_advance"] else None
    return update(call.w, before, invoice, "invoice.updated")


@api("DELETE", "/invoices/{key}", "InvoiceDeleteParams")
def delete(call: Call, key: str) -> Object:
    """Take away a draft; what waited for it goes with it."""
    invoice = call.w.need(key, "invoice")
    if invoice["status"] != "draft" or invoice["parent"]:
        raise invalid("You can only delete draft invoices that are not of a subscription.", code="invoice_not_editable")
    for item in call.w.store.find("invoiceitem", "parent=?", key):
        call.w.store.run("DELETE FROM objects WHERE id=?", item["id"])
    call.w.store.run("DELETE FROM objects WHERE id=?", key)
    invoice["deleted"] = True
    emit(call.w, "invoice.deleted", invoice)
    return {"id": key, "object": "invoice", "deleted": True}


@api("GET", "/invoices/{key}/lines", "InvoiceListLinesParams")
def lines(call: Call, key: str) -> Object:
    """The lines of an invoice."""
    return listing.cut(call, call.w.need(key, "invoice")["lines"]["data"])


@api("POST", "/invoices/{key}/pay", "InvoicePayParams")
def pay(call: Call, key: str) -> Object:
    """Pay an invoice now."""
    return _pay(call.w, call.w.need(key, "invoice"), call.data)


def _pay(w: World, invoice: Object, given: dict[str, Any]) -> Object:
    """The pay call: raises a card error when the card is refused."""
    if invoice["status"] == "draft":
        invoices.finalize(w, invoice)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"Invoice is {invoice['status']} and cannot be paid.")
    if given.get("paid_out_of_band"):
        invoices.paid(w, invoice)
        return w.need(invoice["id"], "invoice")
    key = given.get("payment_method")
    method = payments.resolve(w, key, invoice["customer"]) if key else None
    code = invoices.attempt(w, invoice, method, bool(given.get("off_session", False)))
    if code == "no_method":
        raise invalid("There is no payment method to pay this invoice with.", code="missing")
    if code == "authentication_required":
        raise card_error("invoice_payment_intent_requires_action", code)
    if code != "ok":
        raise card_error(error_code(code), code)
    return w.need(invoice["id"], "invoice")


@api("POST", "/invoices/{key}/finalize", "InvoiceFinalizeInvoiceParams")
def finalize(call: Call, key: str) -> Object:
    """Finalise a draft now."""
    return invoices.finalize(call.w, call.w.need(key, "invoice"))


@api("POST", "/invoices/{key}/void", "InvoiceVoidInvoiceParams")
def void(call: Call, key: str) -> Object:
    """Void an open invoice."""
    return invoices.void(call.w, call.w.need(key, "invoice"))


@api("POST", "/invoices/{key}/mark_uncollectible", "InvoiceMarkUncollectibleParams")
def mark_uncollectible(call: Call, key: str) -> Object:
    """Give an open invoice up."""
    return invoices.uncollectible(call.w, call.w.need(key, "invoice"))


@api("POST", "/invoiceitems", "InvoiceItemCreateParams")
def create_item(call: Call) -> Object:
    """Something to charge on the customer's next invoice, or on a draft."""
    given = call.data
    required(given, "customer")
    customer = call.w.need(given["customer"], "customer", "customer")
    price = (
        call.w.need((given.get("pricing") or {}).get("price"), "price", "pricing[price]")
        if given.get("pricing")
        else None
    )
    quantity = given.get("quantity", 1)
    if price is None and "amount" not in given:
        raise invalid("You must pass either amount and currency, or pricing[price].", "amount", "parameter_missing")
    clock = call.w.clock_of(customer)
    item = call.make(
        "InvoiceItem", "ii", clock, customer=customer["id"], quantity=quantity, quantity_decimal=str(quantity),
        currency=price["currency"] if price else given.get("currency", "").lower(), metadata={}, discounts=[], tax_rates=[],
        amount=price["unit_amount"] * quantity if price else given["amount"], date=call.now(clock), discountable=True,
        test_clock=customer["test_clock"],
    )  # fmt: skip
    item["net_amount"] = item["amount"]
    item["period"] = given.get("period") or {"start": item["date"], "end": item["date"]}
    call.lay(item, {k: v for k, v in given.items() if k in ("description", "metadata", "discountable")})
    if price:
        item["pricing"] = shapes.new("InvoiceItem.Pricing", type="price_details", unit_amount_decimal=str(
            price["unit_amount"]), price_details={"price": price["id"], "product": price["product"]})  # fmt: skip
    if given.get("subscription"):
        call.w.need(given["subscription"], "subscription", "subscription")
        details = shapes.new("InvoiceItem.Parent.SubscriptionDetails", subscription=given["subscription"])
        item["parent"] = shapes.new("InvoiceItem.Parent", type="subscription_details", subscription_details=details)
    call.w.save(item, clock)
    emit(call.w, "invoiceitem.created", item)
    if given.get("invoice"):
        _put(call.w, call.w.need(given["invoice"], "invoice", "invoice"), customer, item)
        item = call.w.need(item["id"], "invoiceitem")
    return item


def _put(w: World, invoice: Object, customer: Object, item: Object) -> None:
    if invoice["status"] != "draft":
        raise invalid("The invoice is no longer a draft.", "invoice", "invoice_not_editable")
    before = copy(invoice)
    finalizes = invoice["automatically_finalizes_at"]
    if item["currency"] != invoice["currency"]:
        raise invalid("The currency of the invoice item is not that of the invoice.", "currency")
    invoices.add_lines(w, invoice, [invoices.take(w, item, invoice["id"])])
    invoices.reckon(w, invoice, customer)
    invoice["automatically_finalizes_at"] = finalizes
    update(w, before, invoice, "invoice.updated")


@api("GET", "/invoiceitems/{key}", "InvoiceItemRetrieveParams")
def retrieve_item(call: Call, key: str) -> Object:
    """One invoice item."""
    return call.w.need(key, "invoiceitem")


@api("GET", "/invoiceitems", "InvoiceItemListParams")
def list_items(call: Call) -> Object:
    """Invoice items, newest first."""
    pending = call.data.get("pending")
    where, values = ("parent=?", [call.data["invoice"]]) if call.data.get("invoice") else ("", [])
    return listing.answer(
        call, "invoiceitem", {"customer": call.data.get("customer")},
        lambda i: pending is None or (i["invoice"] is None) == pending, where, values,
    )  # fmt: skip


@api("DELETE", "/invoiceitems/{key}", "InvoiceItemDeleteParams")
def delete_item(call: Call, key: str) -> Object:
    """Remove an invoice item that is not on an invoice yet."""
    item = call.w.need(key, "invoiceitem")
    if item["invoice"]:
        raise missing("invoice item", key)
    call.w.store.run("DELETE FROM objects WHERE id=?", key)
    item["deleted"] = True
    emit(call.w, "invoiceitem.deleted", item)
    return item


@api("GET", "/invoice_payments", "InvoicePaymentListParams")
def list_payments(call: Call) -> Object:
    """Invoice payments, by invoice, status or payment."""
    given = call.data
    payment = given.get("payment") or {}

    def wanted(entry: Object) -> bool:
        key = payment.get("payment_intent") or payment.get("charge")
        return key is None or key in (entry["payment"]["payment_intent"], entry["payment"]["charge"])

    where, values = ("parent=?", [given["invoice"]]) if given.get("invoice") else ("", [])
    if not where:
        where, values = listing.by_field("invoice_payment", "payment.payment_intent", payment.get("payment_intent"))
    return listing.answer(call, "invoice_payment", {"status": given.get("status")}, wanted, where, values)


@api("GET", "/invoice_payments/{key}", "InvoicePaymentRetrieveParams")
def retrieve_payment(call: Call, key: str) -> Object:
    """One invoice payment."""
    return call.w.need(key, "invoice_payment")
