"""Checkout sessions: made by the API, paid on the hosted page."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import shapes
from sandbox.api import merge
from sandbox.billing import basket, discounts, invoices, payments, subscriptions
from sandbox.billing.cards import MESSAGES, ON_PAGE, Card
from sandbox.billing.periods import DAY
from sandbox.errors import invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, DUE, WORK, World, copy, new_id

ONLY_IN = {
    "subscription_data": "subscription", "payment_method_collection": "subscription", "payment_intent_data": "payment",
    "invoice_creation": "payment", "customer_creation": "payment", "setup_intent_data": "setup",
}  # fmt: skip


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
    lines = basket.lines(w, given, session)
    names = (
        "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id", "customer",
        "customer_email", "customer_creation", "locale", "metadata", "payment_method_collection", "submit_type",
        "shipping_address_collection", "success_url", "custom_text", "phone_number_collection", "automatic_tax",
        "invoice_creation", "consent_collection", "after_expiration", "name_collection",
    )  # fmt: skip
    _lay(session, {k: v for k, v in given.items() if k in names})
    session["automatic_tax"]["enabled"] = False
    if session["mode"] == "payment" and session["invoice_creation"] is None:
        session["invoice_creation"] = shapes.new("checkout.Session.InvoiceCreation", enabled=False)
    hidden = {name: given.get(name) or {} for name in ("subscription_data", "payment_intent_data", "setup_intent_data")}
    hidden |= {"lines": lines, "customer_update": given.get("customer_update") or {}}
    w.save(session, clock, hidden)
    basket.discount(w, session, given.get("discounts") or [])
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
    for name, mode in ONLY_IN.items():
        if given.get(name) and session["mode"] != mode:
            raise invalid(f"You can only pass `{name}` in `{mode}` mode.", name)
    if given.get("discounts") and given.get("allow_promotion_codes"):
        raise invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", "discounts")
    if len(given.get("discounts") or []) > 1:
        raise invalid("Invalid array length: a Checkout Session takes one discount.", "discounts")
    _check_trial(given.get("subscription_data") or {}, now)


def _check_trial(data: dict[str, Any], now: int) -> None:
    if data.get("trial_period_days") and data.get("trial_end"):
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_period_days.", "subscription_data"
        )
    if data.get("trial_period_days", 1) < 1:
        raise invalid("The minimum number of trial period days is 1.", "subscription_data[trial_period_days]")
    if data.get("trial_end") and data["trial_end"] < now + 2 * DAY - 60:
        raise invalid("The `trial_end` date has to be at least 2 days in the future.", "subscription_data[trial_end]")
    anchored = data.get("billing_cycle_anchor_config") or data.get("billing_cycle_anchor")
    if anchored and (data.get("trial_period_days") or data.get("trial_end")):
        raise invalid("A billing cycle anchor cannot be combined with a trial.", "subscription_data")


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
    wanted = session["customer_creation"] == "always" or (session["invoice_creation"] or {}).get("enabled")
    if session["mode"] == "payment" and not wanted:
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
    data = w.store.hidden(session["id"])["payment_intent_data"]
    intent: Object | None = None
    if session["amount_total"] == 0:
        session["payment_status"] = "no_payment_required"
    else:
        if method is None:
            raise Refused("generic_decline")
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
    owner = {"customer": customer["id"] if customer else None, "checkout_session": session["id"]}
    used = [discounts.redeem(w, entry, w.clock_of(session), **owner)["id"] for entry in basket.wanted(session)]
    if session["invoice_creation"]["enabled"] and customer:
        session["invoice"] = _receipt(w, session, customer, intent, used)["id"]


def _receipt(w: World, session: Object, customer: Object, intent: Object | None, used: list[str]) -> Object:
    """An invoice for a one-off payment that was made already."""
    now = w.now(w.clock_of(session))
    lines = [
        invoices.line(item["price"], item["amount_subtotal"], item["quantity"], (now, now), item["description"],
                      metadata=dict(item["metadata"])) for item in basket.line_items(w, session)
    ]  # fmt: skip
    invoice = invoices.create(
        w,
        customer,
        None,
        lines,
        "manual",
        currency=session["currency"],
        pending=False,
        discounts=used,
        auto_advance=False,
    )
    data = session["invoice_creation"]["invoice_data"]
    invoice.update(metadata=dict(data["metadata"] or {}), description=data["description"], footer=data["footer"])
    return invoices.settle_paid(w, invoice, intent)


def _subscribe(w: World, session: Object, customer: Object | None, method: Object | None, typed: Typed) -> None:
    assert customer is not None
    hidden = w.store.hidden(session["id"])
    if method:
        _attach(w, method, customer)
    prices = [(w.need(entry["price"], "price"), entry) for entry in hidden["lines"]]
    items = [
        {"price": p["id"], "quantity": e["quantity"], "metadata": e["metadata"]} for p, e in prices if p["recurring"]
    ]
    data = {**hidden["subscription_data"], "items": items, "discounts": basket.wanted(session)}
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
        payment_status="paid" if owed or extra else "no_payment_required" if basket.deferred(w, session) else "paid",
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
