"""Payment methods, payment intents and charges."""

from typing import Any

from sandbox import faults, shapes
from sandbox.billing.cards import BY_TOKEN, MESSAGES, Card, error_code
from sandbox.errors import card_error, invalid
from sandbox.events import emit, update
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World, copy, new_id


def new_method(w: World, card: Card, clock: str = DEFAULT_CLOCK, **details: Any) -> Object:
    """Store a payment method for a test card. `details`: name, email, exp (month, year), address, behaviour."""
    month, year = details.get("exp") or (12, 2034)
    method = w.make("PaymentMethod", "pm", clock, type="card", allow_redisplay="unspecified", metadata={})
    method["billing_details"].update(name=details.get("name"), email=details.get("email"))
    method["billing_details"]["address"] = shapes.new("PaymentMethod.BillingDetails.Address")
    method["billing_details"]["address"].update(details.get("address") or {})
    checks = shapes.new("PaymentMethod.Card.Checks", cvc_check="pass")
    method["card"] = shapes.new(
        "PaymentMethod.Card", brand=card.brand, display_brand=card.brand, last4=card.number[-4:], exp_month=month,
        exp_year=year, funding="credit", country="CN" if card.brand == "unionpay" else "US", checks=checks,
        fingerprint=f"fp{card.number[-10:]}", networks={"available": [card.brand], "preferred": None},
        regulated_status="unregulated", three_d_secure_usage={"supported": True},
    )  # fmt: skip
    hidden = {"behaviour": details.get("behaviour", card.behaviour), "token": card.token}
    return w.save(method, clock, hidden)


def resolve(w: World, key: str, customer: str | None, param: str = "payment_method") -> Object:
    """A payment method by id; a test token (pm_card_visa) becomes a fresh one, attached to the customer."""
    card = BY_TOKEN.get(key)
    if card is None:
        method = w.need(key, "payment_method", param)
        if customer and method["customer"] not in (None, customer):
            raise invalid("The payment method belongs to another customer.", param)
        return method
    method = new_method(w, card, (customer and w.store.clock_of(customer)) or DEFAULT_CLOCK)
    return attach(w, method, customer) if customer else method


def attach(w: World, method: Object, customer: str) -> Object:
    """Attach a payment method to a customer; a card that is refused at once raises a card error."""
    behaviour = w.store.hidden(method["id"]).get("behaviour", "ok")
    if behaviour in MESSAGES:
        raise card_error(error_code(behaviour), behaviour, param="")
    if method["customer"] == customer:
        return method
    if method["customer"]:
        raise invalid("The payment method you provided has already been attached to a customer.")
    method["customer"] = customer
    w.save(method, w.store.clock_of(customer))
    emit(w, "payment_method.attached", method)
    return method


def outcome(w: World, method: Object, off_session: bool, authenticated: bool) -> str:
    """ "ok", or the decline code that this card gives now. Uses up a payment fault."""
    hidden = w.store.hidden(method["id"])
    behaviour = hidden.get("behaviour", "ok")
    fault = None if authenticated else faults.take(w, "payment")
    if fault:
        return "generic_decline" if fault["mode"] == "card_declined" else fault["mode"]
    if authenticated and behaviour == "authenticate":
        w.save(method, hidden={**hidden, "behaviour": "ok"})
        return "ok"
    if behaviour in ("disputed", "refund_fails"):
        return "ok"
    if behaviour.startswith("authenticate"):
        return "ok" if authenticated else "authentication_required"
    if behaviour == "fails_charged" or (behaviour == "fails_later" and off_session):
        return "generic_decline"
    return "ok" if behaviour == "fails_later" else behaviour


def new_intent(w: World, clock: str, amount: int, currency: str, customer: str | None, **values: Any) -> Object:
    """Store a payment intent that waits for a payment method."""
    intent = w.make(
        "PaymentIntent", "pi", clock, amount=amount, currency=currency, customer=customer,
        status="requires_payment_method", capture_method="automatic_async", confirmation_method="automatic",
        payment_method_types=["card"], **values,
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('x', 20)[2:]}"
    intent["payment_method_options"] = {**shapes.new("PaymentIntent.PaymentMethodOptions")}
    w.save(intent, clock)
    emit(w, "payment_intent.created", intent)
    return intent


def confirm(w: World, intent: Object, method: Object, off_session: bool, authenticated: bool = False) -> str:
    """Try to pay an intent. Answers "ok" or the decline code; events tell the rest."""
    code = outcome(w, method, off_session, authenticated)
    intent["payment_method"] = method["id"]
    intent["next_action"] = None
    if code == "authentication_required" and not off_session:
        return _ask(w, intent, code)
    charge = _charge(w, intent, method, code)
    intent["latest_charge"] = charge["id"]
    if code == "ok":
        intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
        w.save(intent)
        emit(w, "charge.succeeded", charge)
        emit(w, "payment_intent.succeeded", intent)
        return code
    _refuse(intent, method, code, charge["id"])
    w.save(intent)
    emit(w, "charge.failed", charge)
    emit(w, "payment_intent.payment_failed", intent)
    return code


def _ask(w: World, intent: Object, code: str) -> str:
    intent["status"] = "requires_action"
    intent["next_action"] = shapes.new("PaymentIntent.NextAction", type="use_stripe_sdk", use_stripe_sdk={})
    w.save(intent)
    emit(w, "payment_intent.requires_action", intent)
    return code


def _refuse(intent: Object, method: Object, code: str, charge: str) -> None:
    intent["status"] = "requires_payment_method"
    intent["payment_method"] = None
    intent["last_payment_error"] = shapes.new(
        "PaymentIntent.LastPaymentError", type="card_error", code=error_code(code), decline_code=code,
        message=MESSAGES[code], charge=charge, payment_method=method, payment_method_type="card",
        doc_url="https://stripe.com/docs/error-codes/" + error_code(code).replace("_", "-"),
    )  # fmt: skip


def _charge(w: World, intent: Object, method: Object, code: str) -> Object:
    good = code == "ok"
    clock = w.clock_of(intent)
    charge = w.make(
        "Charge", "ch", clock, amount=intent["amount"], amount_captured=intent["amount"] if good else 0,
        captured=good, paid=good, status="succeeded" if good else "failed", currency=intent["currency"],
        customer=intent["customer"], payment_intent=intent["id"], payment_method=method["id"],
        description=intent["description"], metadata=dict(intent["metadata"]), calculated_statement_descriptor="SANDBOX",
        failure_code=None if good else error_code(code), failure_message=None if good else MESSAGES[code],
        fraud_details=shapes.new("Charge.FraudDetails"), radar_options=shapes.new("Charge.RadarOptions"),
    )  # fmt: skip
    charge["billing_details"].update(
        {k: v for k, v in copy(method["billing_details"]).items() if k in charge["billing_details"]}
    )
    charge["outcome"] = shapes.new(
        "Charge.Outcome", network_status="approved_by_network" if good else "declined_by_network", risk_level="normal",
        risk_score=20, reason=None if good else code, type="authorized" if good else "issuer_declined",
        seller_message="Payment complete." if good else "The bank did not return any further details.",
    )  # fmt: skip
    charge["payment_method_details"] = shapes.new("Charge.PaymentMethodDetails", type="card", card=_card(method))
    if good:
        charge["balance_transaction"] = transaction(w, clock, charge, charge["amount"], "charge")["id"]
        charge["receipt_url"] = f"{w.config.public_url}/receipts/{charge['id']}"
    return w.save(charge, clock, _fate(w, method) if good else None)


def _fate(w: World, method: Object) -> Object:
    """What will become of a charge by this card later."""
    behaviour = w.store.hidden(method["id"]).get("behaviour", "ok")
    return {name: True for name in ("disputed", "refund_fails") if behaviour == name}


def _card(method: Object) -> Object:
    fields = shapes.TYPES["Charge.PaymentMethodDetails.Card"]
    same = {
        k: method["card"][k] for k in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    made = shapes.new("Charge.PaymentMethodDetails.Card", **{k: v for k, v in same.items() if k in fields})
    made["network"] = method["card"]["brand"]
    return made


def transaction(w: World, clock: str, source: Object, amount: int, kind: str) -> Object:
    """Store the balance transaction of a charge or a refund."""
    now = w.now(clock)
    return w.save(
        w.make(
            "BalanceTransaction", "txn", clock, amount=amount, net=amount, currency=source["currency"], type=kind,
            source=source["id"], status="available", available_on=now, reporting_category=kind, balance_type="payments",
        ),
        clock,
    )  # fmt: skip


def new_setup(w: World, clock: str, customer: str | None, **values: Any) -> Object:
    """Store a setup intent that waits for a payment method."""
    intent = w.make(
        "SetupIntent", "seti", clock, customer=customer, status="requires_payment_method",
        payment_method_types=["card"], usage="off_session", **values,
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('x', 20)[2:]}"
    w.save(intent, clock)
    emit(w, "setup_intent.created", intent)
    return intent


def finish_setup(w: World, intent: Object, method: Object) -> Object:
    """A setup intent that succeeded with this payment method."""
    intent.update(status="succeeded", payment_method=method["id"], next_action=None, last_setup_error=None)
    w.save(intent)
    emit(w, "setup_intent.succeeded", intent)
    return intent


def cancel_intent(w: World, intent: Object, reason: str) -> None:
    """Cancel an intent that was not paid."""
    if intent["status"] in ("succeeded", "canceled"):
        return
    before = copy(intent)
    intent.update(status="canceled", canceled_at=w.now(w.clock_of(intent)), cancellation_reason=reason)
    w.save(intent)
    if before["status"] != "canceled":
        emit(w, "payment_intent.canceled", intent)


def default_method(w: World, customer: Object, subscription: Object | None) -> Object | None:
    """The payment method that an invoice is paid with when nothing else is said."""
    keys = [subscription["default_payment_method"] if subscription else None]
    keys.append((customer["invoice_settings"] or {}).get("default_payment_method"))
    for key in keys:
        found = w.store.get(key) if key else None
        if found and found["object"] == "payment_method" and found["customer"] == customer["id"]:
            return found
    return None


def set_default(w: World, customer: Object, method: str) -> None:
    """Make a payment method the customer's default for invoices."""
    before = copy(customer)
    customer["invoice_settings"] = customer["invoice_settings"] or shapes.new("Customer.InvoiceSettings")
    customer["invoice_settings"]["default_payment_method"] = method
    update(w, before, customer, "customer.updated")
