"""Checkout sessions: made by the API, paid on the hosted page."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import shapes
from sandbox.api import merge
from sandbox.billing import discounts, invoices, payments, subscriptions
from sandbox.billing.cards import MESSAGES, ON_PAGE, Card
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, DUE, WORK, World, copy, new_id


@dataclass(slots=True)
class Typed:
    """What the customer typed on the page, already checked."""

    card: Card | None
    exp: tuple[int, int] = (12, 2034)
    name: str = ""
    email: str = ""
    address: dict[str, str] = field(default_factory=dict)
    ship_to: dict[str, str] | None = None
    authenticated: bool = False
    method: str | None = None


class Refused(Exception):
    """The card was refused; `code` is the decline code."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES.get(code, MESSAGES["generic_decline"]))
        self.code = code


def create(w: World, given: dict[str, Any]) -> Object:
    """Store an open session from create parameters."""
    mode = given.get("mode", "payment")
    customer = w.need(given["customer"], "customer", "customer") if given.get("customer") else None
    clock = w.clock_of(customer) if customer else DEFAULT_CLOCK
    now = w.now(clock)
    session = w.make(
        "checkout.Session", "cs_test", clock, mode=mode, status="open", payment_status="unpaid", ui_mode="hosted_page",
        payment_method_types=["card"], expires_at=given.get("expires_at") or now + 86_400, custom_fields=[], metadata={},
        url="", locale=None, payment_method_collection=None if mode == "payment" else "always", shipping_options=[],
        customer_creation=None if mode != "payment" or customer else "if_required",
    )  # fmt: skip
    session["id"] = new_id("cs_test", 58)
    session["url"] = f"{w.config.public_url}/c/pay/{session['id']}"
    _check(session, given, now)
    prices = _lines(w, given, session)
    names = (
        "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id", "customer",
        "customer_email", "customer_creation", "locale", "metadata", "payment_method_collection", "submit_type",
        "shipping_address_collection", "success_url", "custom_text", "phone_number_collection", "automatic_tax",
    )  # fmt: skip
    _lay(session, {k: v for k, v in given.items() if k in names})
    session["automatic_tax"]["enabled"] = False
    hidden = {name: given.get(name) or {} for name in ("subscription_data", "payment_intent_data", "setup_intent_data")}
    hidden |= {"lines": prices, "invoice": bool((given.get("invoice_creation") or {}).get("enabled"))}
    hidden |= {"discounts": given.get("discounts") or [], "customer_update": given.get("customer_update") or {}}
    for entry in hidden["discounts"]:
        discounts.usable(w, entry, now)
    session["discounts"] = [
        {"coupon": d.get("coupon"), "promotion_code": d.get("promotion_code")} for d in hidden["discounts"]
    ]
    w.save(session, clock, hidden)
    _sum(w, session)
    w.save(session, clock)
    return session


def _lay(session: Object, given: dict[str, Any]) -> None:
    from sandbox.api import complete

    for key, value in given.items():
        session[key] = merge({}, value) if key == "metadata" else complete("checkout.session", key, value)


def _check(session: Object, given: dict[str, Any], now: int) -> None:
    if not given.get("success_url") and given.get("ui_mode", "hosted_page") == "hosted_page":
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox has the hosted page only.", "ui_mode")
    if session["mode"] != "setup" and not given.get("line_items"):
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    if session["mode"] == "setup" and given.get("line_items"):
        raise invalid("You can not pass `line_items` in `setup` mode.", "line_items")
    if given.get("customer") and given.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    if given.get("expires_at") and not 1795 <= given["expires_at"] - now <= 86_405:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")
    if given.get("subscription_data") and session["mode"] != "subscription":
        raise invalid("You can only pass `subscription_data` in `subscription` mode.", "subscription_data")


def _lines(w: World, given: dict[str, Any], session: Object) -> list[Object]:
    """Checked line items: {price, quantity}; price_data becomes a price."""
    made = []
    for i, entry in enumerate(given.get("line_items") or []):
        price = subscriptions.price_of(w, entry, f"line_items[{i}][price]")
        if session["mode"] == "payment" and price["recurring"]:
            raise invalid(
                "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
                "only one-time prices.", f"line_items[{i}][price]",
            )  # fmt: skip
        made.append({"id": new_id("li", 14), "price": price["id"], "quantity": entry.get("quantity", 1),
                     "metadata": entry.get("metadata") or {}})  # fmt: skip
        session["currency"] = price["currency"]
    if session["mode"] == "subscription" and not any(w.need(e["price"], "price")["recurring"] for e in made):
        raise invalid("You must provide at least one recurring price in `subscription` mode.", "line_items")
    session["currency"] = session["currency"] or given.get("currency")
    return made


def line_items(w: World, session: Object) -> list[Object]:
    """The session's line items as the API shows them."""
    hidden = w.store.hidden(session["id"])
    found = []
    for entry in hidden["lines"]:
        price = w.need(entry["price"], "price")
        amount = price["unit_amount"] * entry["quantity"]
        item = shapes.new(
            "LineItem", id=entry["id"], price=price, quantity=entry["quantity"], currency=price["currency"],
            description=w.need(price["product"], "product")["name"], amount_subtotal=amount, amount_total=amount,
            discounts=[], taxes=[], metadata=dict(entry["metadata"]),
        )  # fmt: skip
        found.append(item)
    return found


def deferred(w: World, session: Object) -> bool:
    """Whether recurring prices are not charged today: a trial, or a later anchor without proration."""
    data = w.store.hidden(session["id"])["subscription_data"]
    later = (data.get("billing_cycle_anchor") or data.get("billing_cycle_anchor_config")) and data.get(
        "proration_behavior") == "none"  # fmt: skip
    return bool(data.get("trial_period_days") or data.get("trial_end") or later)


def _sum(w: World, session: Object) -> None:
    """Write what is to be paid today."""
    if session["mode"] == "setup":
        return
    skip = deferred(w, session)
    items = line_items(w, session)
    subtotal = sum(i["amount_subtotal"] for i in items if not (skip and i["price"]["recurring"]))
    off = 0
    for entry in w.store.hidden(session["id"])["discounts"]:
        coupon, _ = discounts.usable(w, entry, 0)
        off += discounts.off(w, coupon, subtotal - off)
    session.update(amount_subtotal=subtotal, amount_total=subtotal - off)
    session["total_details"] = shapes.new("checkout.Session.TotalDetails", amount_discount=off, amount_shipping=0)


def promote(w: World, session: Object, code: str) -> None:
    """Put a promotion code that the customer typed on the session."""
    found = discounts.promotion(w, code.strip())
    if found is None:
        raise invalid("This code is invalid.", "promotion_code")
    discounts.usable(w, {"promotion_code": found["id"]}, w.now(w.clock_of(session)))
    hidden = w.store.hidden(session["id"])
    hidden["discounts"] = [{"promotion_code": found["id"]}]
    session["discounts"] = [{"coupon": None, "promotion_code": found["id"]}]
    w.save(session, hidden=hidden)
    _sum(w, session)
    w.save(session)


def expire(w: World, session: Object) -> Object:
    """End an open session."""
    if session["status"] != "open":
        raise invalid("Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a "
                      f"status of {session['status']}.")  # fmt: skip
    session.update(status="expired", url=None)
    w.save(session)
    emit(w, "checkout.session.expired", session)
    return session


def complete(w: World, session: Object, typed: Typed) -> Object:
    """Pay an open session. Raises Refused and leaves it open when the card is refused."""
    customer = _customer(w, session, typed)
    method = _method(w, session, typed, customer)
    finish = {"payment": _pay_once, "subscription": _subscribe, "setup": _setup}[session["mode"]]
    finish(w, session, customer, method, typed)
    session.update(status="complete", customer=customer["id"] if customer else None, url=None)
    details = shapes.new("checkout.Session.CustomerDetails", email=typed.email or None, name=typed.name or None)
    details.update(tax_exempt="none", tax_ids=[])
    details["address"] = shapes.new("checkout.Session.CustomerDetails.Address")
    details["address"].update(typed.address)
    session["customer_details"] = details
    w.save(session)
    emit(w, "checkout.session.completed", session)
    return session


def _customer(w: World, session: Object, typed: Typed) -> Object | None:
    from sandbox.resources import customers

    _collect(session, typed)
    if session["customer"]:
        customer = w.need(session["customer"], "customer")
        return _ship(w, session, customer, typed)
    if session["mode"] == "payment" and session["customer_creation"] != "always":
        return None
    return customers.make(w, {"email": typed.email, "name": typed.name})


def _collect(session: Object, typed: Typed) -> None:
    collected = shapes.new("checkout.Session.CollectedInformation")
    if typed.ship_to is not None:
        address = shapes.new("checkout.Session.CollectedInformation.ShippingDetails.Address")
        address.update({k: v or None for k, v in typed.ship_to.items() if k != "name"})
        collected["shipping_details"] = {"address": address, "name": typed.ship_to.get("name") or typed.name}
    session["collected_information"] = collected


def _ship(w: World, session: Object, customer: Object, typed: Typed) -> Object:
    found = session["collected_information"]["shipping_details"]
    if found is None or w.store.hidden(session["id"]).get("customer_update", {}).get("shipping") != "auto":
        return customer
    before = copy(customer)
    customer["shipping"] = shapes.new("Customer.Shipping", name=found["name"], address=dict(found["address"]))
    return update(w, before, customer, "customer.updated")


def _method(w: World, session: Object, typed: Typed, customer: Object | None) -> Object | None:
    if typed.card is None:
        return None
    clock = w.clock_of(session)
    behaviour = ON_PAGE.get(typed.card.behaviour, typed.card.behaviour)
    return payments.new_method(
        w,
        typed.card,
        clock,
        exp=typed.exp,
        name=typed.name,
        email=typed.email,
        address=typed.address,
        behaviour=behaviour,
    )


def _attach(w: World, method: Object, customer: Object) -> None:
    method["customer"] = customer["id"]
    w.save(method)
    emit(w, "payment_method.attached", method)


def _pay_once(w: World, session: Object, customer: Object | None, method: Object | None, typed: Typed) -> None:
    hidden = w.store.hidden(session["id"])
    if session["amount_total"] == 0:
        session["payment_status"] = "no_payment_required"
        return
    if method is None:
        raise Refused("generic_decline")
    data = hidden["payment_intent_data"]
    intent = payments.new_intent(
        w, w.clock_of(session), session["amount_total"], session["currency"], customer["id"] if customer else None,
        metadata=merge({}, data.get("metadata") or {}), description=data.get("description"),
        setup_future_usage=data.get("setup_future_usage"),
    )  # fmt: skip
    code = payments.confirm(w, intent, method, False, typed.authenticated)
    if code != "ok":
        raise Refused(code)
    if customer and data.get("setup_future_usage"):
        _attach(w, method, customer)
    session.update(payment_intent=intent["id"], payment_status="paid")
    if hidden["invoice"] and customer:
        session["invoice"] = _receipt(w, session, customer, intent)["id"]


def _receipt(w: World, session: Object, customer: Object, intent: Object) -> Object:
    """An invoice for a one-off payment that was made already."""
    lines = []
    now = w.now(w.clock_of(session))
    for item in line_items(w, session):
        lines.append(
            invoices.line(item["price"], item["amount_subtotal"], item["quantity"], (now, now), item["description"])
        )
    invoice = invoices.create(w, customer, None, lines, "manual", currency=session["currency"])
    invoice.update(amount_due=session["amount_total"], auto_advance=False, automatically_finalizes_at=None,
                   number=f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}", status="open",
                   total=session["amount_total"], hosted_invoice_url=f"{w.config.public_url}/i/{invoice['id']}")  # fmt: skip
    customer["next_invoice_sequence"] += 1
    w.save(customer)
    invoice["status_transitions"]["finalized_at"] = now
    payment = w.make("InvoicePayment", "inpay", w.clock_of(session), amount_requested=session["amount_total"],
                     currency=session["currency"], invoice=invoice["id"], is_default=True, status="open")  # fmt: skip
    payment["payment"].update(type="payment_intent", payment_intent=intent["id"])
    w.save(payment, w.clock_of(session))
    w.save(invoice)
    emit(w, "invoice.finalized", invoice)
    invoices.paid(w, invoice)
    return invoice


def _subscribe(w: World, session: Object, customer: Object | None, method: Object | None, typed: Typed) -> None:
    assert customer is not None
    hidden = w.store.hidden(session["id"])
    if method:
        _attach(w, method, customer)
    prices = [(w.need(entry["price"], "price"), entry) for entry in hidden["lines"]]
    items = [
        {"price": p["id"], "quantity": e["quantity"], "metadata": e["metadata"]} for p, e in prices if p["recurring"]
    ]
    data = {**hidden["subscription_data"], "items": items, "discounts": hidden["discounts"]}
    if method:
        data["default_payment_method"] = method["id"]
    subscription = subscriptions.create(w, customer, data)
    now = w.now(w.clock_of(session))
    extra = [_once(w, p, e["quantity"], now, subscription) for p, e in prices if not p["recurring"]]
    invoice = subscriptions.first_invoice(w, subscription, extra)
    if invoice["status"] == "open":
        code = invoices.attempt(w, invoice, method, False, typed.authenticated)
        if code != "ok":
            raise Refused(code)
    elif method:
        _check_card(w, method, typed)
    owed = invoice["amount_due"] > 0
    session.update(
        subscription=subscription["id"], invoice=invoice["id"],
        payment_status="paid" if owed or extra else "no_payment_required" if deferred(w, session) else "paid",
    )  # fmt: skip


def _once(w: World, price: Object, quantity: int, now: int, subscription: Object) -> Object:
    text = w.need(price["product"], "product")["name"]
    made = invoices.line(
        price, price["unit_amount"] * quantity, quantity, (now, now), text, subscription=subscription["id"]
    )
    details = shapes.new(
        "InvoiceLineItem.Parent.InvoiceItemDetails", invoice_item=new_id("ii"), subscription=subscription["id"]
    )
    made["parent"] = shapes.new("InvoiceLineItem.Parent", type="invoice_item_details", invoice_item_details=details)
    return made


def _check_card(w: World, method: Object, typed: Typed) -> None:
    """Saving a card without charging it asks the bank, too."""
    code = payments.outcome(w, method, False, typed.authenticated)
    if code != "ok" and not w.store.hidden(method["id"])["behaviour"].startswith("fails"):
        raise Refused(code)


def _setup(w: World, session: Object, customer: Object | None, method: Object | None, typed: Typed) -> None:
    if method is None or customer is None:
        raise Refused("generic_decline")
    data = w.store.hidden(session["id"])["setup_intent_data"]
    clock = w.clock_of(session)
    _check_card(w, method, typed)
    intent = payments.new_setup(w, clock, customer["id"], metadata=merge({}, data.get("metadata") or {}))
    _attach(w, method, customer)
    payments.finish_setup(w, intent, method)
    session.update(setup_intent=intent["id"], payment_status="no_payment_required")


def due(w: World, session: Object) -> int | None:
    """When an open session ends by itself."""
    return session["expires_at"] if session["status"] == "open" else None


DUE["checkout.session"] = due
WORK["checkout.session"] = expire
