"""Customers."""

import secrets
from typing import Any

from sandbox import listing, shapes
from sandbox.api import Call, complete
from sandbox.billing import payments, subscriptions
from sandbox.errors import missing
from sandbox.events import emit, update
from sandbox.expand import on_request
from sandbox.router import api
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World, copy


def make(w: World, given: dict[str, Any]) -> Object:
    """Store a customer from create parameters and tell of it."""
    given = dict(given)
    clock = given.pop("test_clock", None) or None
    if clock:
        w.need(clock, "test_helpers.test_clock", "test_clock")
    customer = w.make(
        "Customer", "cus", clock or DEFAULT_CLOCK, balance=0, delinquent=False, test_clock=clock, tax_exempt="none",
        invoice_prefix=secrets.token_hex(4).upper(), next_invoice_sequence=1, preferred_locales=[], metadata={},
        invoice_settings=shapes.new("Customer.InvoiceSettings"),
    )  # fmt: skip
    customer["id"] = customer["id"][:18]
    method = given.pop("payment_method", None)
    settings = given.pop("invoice_settings", {})
    Call(w, {}).lay(customer, {k: v for k, v in given.items() if k != "tax"})
    w.save(customer, clock or DEFAULT_CLOCK)
    _method(w, customer, method, settings)
    emit(w, "customer.created", customer)
    return customer


def _method(w: World, customer: Object, method: str | None, settings: dict[str, Any]) -> None:
    made = payments.resolve(w, method, customer["id"]) if method else None
    if made and not made["customer"]:
        made = payments.attach(w, made, customer["id"])
    default = settings.get("default_payment_method")
    if default:
        default = made["id"] if made and default == method else payments.resolve(w, default, customer["id"])["id"]
    inner = customer["invoice_settings"]
    for name, value in settings.items():
        if name in inner:
            inner[name] = complete("customer", "invoice_settings", {name: value})[name]
    if "default_payment_method" in settings:
        inner["default_payment_method"] = default or None
    w.save(customer)


@api("POST", "/customers", "CustomerCreateParams")
def create(call: Call) -> Object:
    """A customer, on a test clock when one is given."""
    return make(call.w, call.data)


@api("GET", "/customers", "CustomerListParams")
def list_all(call: Call) -> Object:
    """Customers, newest first, by e-mail; those of a test clock only when it is named."""
    clock = call.data.get("test_clock")
    where, values = listing.by_field("customer", "email", call.data.get("email"))
    return listing.answer(
        call,
        "customer",
        {},
        lambda customer: not customer["deleted"] and customer["test_clock"] == clock,
        where,
        values,
    )


def _there(call: Call, key: str) -> Object:
    found = call.w.need(key, "customer")
    if found["deleted"]:
        raise missing("customer", key)
    return found


@api("GET", "/customers/{key}", "CustomerRetrieveParams")
def retrieve(call: Call, key: str) -> Object:
    """One customer; a deleted one says so."""
    return call.w.need(key, "customer")


@api("POST", "/customers/{key}", "CustomerUpdateParams")
def change(call: Call, key: str) -> Object:
    """Change a customer."""
    customer = _there(call, key)
    before = copy(customer)
    given = dict(call.data)
    settings = given.pop("invoice_settings", {})
    call.lay(customer, {k: v for k, v in given.items() if k != "tax"})
    _method(call.w, customer, None, settings)
    return update(call.w, before, customer, "customer.updated")


@api("DELETE", "/customers/{key}", "CustomerDeleteParams")
def delete(call: Call, key: str) -> Object:
    """Delete a customer; what it subscribed to ends."""
    customer = _there(call, key)
    for subscription in call.w.store.find("subscription", "customer=?", key):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            subscriptions.cancel(call.w, subscription, {})
    customer["deleted"] = True
    for name in ("address", "email", "name", "phone", "shipping"):
        customer[name] = None
    call.w.save(customer)
    emit(call.w, "customer.deleted", customer)
    return customer


@api("GET", "/customers/{key}/payment_methods", "CustomerListPaymentMethodsParams")
def methods(call: Call, key: str) -> Object:
    """The payment methods of a customer."""
    call.w.need(key, "customer", "customer")
    return listing.answer(call, "payment_method", {"customer": key, "type": call.data.get("type")})


@on_request("customer", "subscriptions")
def _subscriptions(w: World, customer: Object) -> Object:
    found = [
        s for s in w.store.find("subscription", "customer=?", customer["id"], newest=True)
        if s["status"] not in ("canceled", "incomplete_expired")
    ]  # fmt: skip
    return shapes.page(found, f"/v1/customers/{customer['id']}/subscriptions")


@on_request("customer", "sources")
@on_request("customer", "tax_ids")
def _none(w: World, customer: Object) -> Object:
    return shapes.page([], f"/v1/customers/{customer['id']}/sources")
