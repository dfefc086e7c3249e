"""Every answer and every event has the exact shape of the pinned version."""

import ast
from pathlib import Path
from typing import Any

import stripe

from sandbox.tools import make_shapes
from tests.sandbox import shape
from tests.sandbox.conftest import SECRET, Running, until

ROOT = Path(make_shapes.__file__).parents[1]


def test_the_checked_in_shapes_are_those_of_the_installed_sdk() -> None:
    assert make_shapes.TARGET.read_text("utf-8") == make_shapes.text()
    assert shape.SHAPES["api_version"] == "2026-10-28.endive"


def test_the_sandbox_imports_the_standard_library_and_itself_only() -> None:
    import sys

    for path in ROOT.rglob("*.py"):
        if "tools" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in {"sandbox", *sys.stdlib_module_names}, f"{path}: {name}"


def _watch(box: Running) -> list[str]:
    """Collect the findings of every answer that the API gives from now on."""
    import sandbox.api as api

    found: list[str] = []
    original = api._work

    def checked(*args: Any) -> tuple[int, Any]:
        status, body = original(*args)
        if status == 200:
            found.extend(shape.findings(body))
        return status, body

    box.watched = (api, original)
    api._work = checked
    return found


def test_a_whole_life_has_no_finding_in_any_answer_or_event(box: Running) -> None:
    found = _watch(box)
    try:
        _live(box)
    finally:
        module, original = box.watched
        module._work = original
    box.flush()
    for body, header in box.receiver.raw:
        stripe.Webhook.construct_event(body, header, SECRET)
    for event in box.receiver.events:
        found += shape.findings(event, event["type"])
    assert sorted(set(found)) == []
    seen = set(box.receiver.types())
    assert seen >= {
        "checkout.session.completed", "checkout.session.expired", "customer.subscription.created",
        "customer.subscription.updated", "customer.subscription.deleted", "invoice.created", "invoice.finalized",
        "invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.voided", "refund.created",
        "charge.refunded", "payment_intent.succeeded", "payment_intent.payment_failed", "setup_intent.succeeded",
        "payment_method.attached", "customer.subscription.paused", "customer.subscription.resumed",
        "customer.subscription.trial_will_end", "coupon.created", "promotion_code.created",
    }  # fmt: skip


def _live(box: Running) -> None:
    v1 = box.v1
    price, dear = box.price(4800, key="companion-month"), box.price(12800)
    once = box.price(9900, recurring=None)
    customer = box.customer(metadata={"account": "7"})
    session = box.session(price.id, customer.id, subscription_data={"metadata": {"a": "b"}}, client_reference_id="7",
                          shipping_address_collection={"allowed_countries": ["CN", "DE"]}, locale="zh",
                          allow_promotion_codes=True, metadata={"k": "v"})  # fmt: skip
    v1.checkout.sessions.line_items.list(session.id)
    ship = {"address_line1": "解放路 1", "city": "杭州", "postal_code": "310000", "country": "CN", "state": "浙江"}
    assert box.page(session.url, box.form(**ship))[0] == 303
    session = v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "subscription.latest_invoice"]})
    assert session.collected_information.shipping_details.address.city == "杭州"
    subscription = session.subscription
    box.control("advance", until="next_renewal")
    box.control("fault", payment="insufficient_funds")
    box.control("advance", until="next_renewal")
    box.control("fault", payment="authentication_required")
    box.control("advance", until="next_retry")
    assert v1.subscriptions.retrieve(subscription.id).status == "past_due"
    box.control("advance", until="next_retry")
    assert v1.subscriptions.retrieve(subscription.id).status == "active"
    _change(box, subscription.id, dear.id)
    _money(box, subscription.id, customer.id, once.id)
    _rest(box, price.id, customer.id)
    v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True,
                                              "cancellation_details": {"feedback": "unused", "comment": "bye"}})  # fmt: skip
    v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    v1.subscriptions.pause(subscription.id)
    v1.subscriptions.resume(subscription.id, {"billing_cycle_anchor": {"type": "unchanged"}})
    v1.subscriptions.cancel(subscription.id, {"cancellation_details": {"comment": "now"}})
    for listed in (
        v1.subscriptions.list({"status": "all", "expand": ["data.latest_invoice"]}),
        v1.events.list({"limit": 100}),
    ):
        assert listed.data


def _change(box: Running, subscription: str, dear: str) -> None:
    v1 = box.v1
    item = v1.subscriptions.retrieve(subscription).items.data[0].id
    v1.invoices.create_preview({"subscription": subscription, "subscription_details": {
        "items": [{"id": item, "price": dear}], "proration_behavior": "always_invoice"}})  # fmt: skip
    v1.subscriptions.update(
        subscription, {"items": [{"id": item, "price": dear}], "proration_behavior": "always_invoice"}
    )
    v1.subscriptions.update(subscription, {"pause_collection": {"behavior": "void"}})
    box.control("advance", until="next_renewal")
    v1.subscriptions.update(subscription, {"pause_collection": ""})
    v1.invoices.create_preview({"subscription": subscription})


def _money(box: Running, subscription: str, customer: str, once: str) -> None:
    v1 = box.v1
    invoice = v1.invoices.list({"subscription": subscription, "status": "paid", "limit": 1}).data[0]
    v1.invoices.retrieve(invoice.id, {"expand": ["payments.data.payment.payment_intent"]})
    payment = v1.invoice_payments.list({"invoice": invoice.id, "status": "paid"}).data[0].payment
    v1.payment_intents.retrieve(payment.payment_intent, {"expand": ["latest_charge", "payment_method"]})
    v1.refunds.create({"payment_intent": payment.payment_intent, "amount": 100, "reason": "requested_by_customer"})
    v1.invoice_items.create({"customer": customer, "pricing": {"price": once}, "description": "A cup"})
    session = v1.checkout.sessions.create({
        "mode": "payment", "customer": customer, "line_items": [{"price": once, "quantity": 2}],
        "success_url": "http://p.example/", "invoice_creation": {"enabled": True}, "metadata": {"kind": "gift"}})  # fmt: skip
    assert box.page(session.url, box.form())[0] == 303


def _rest(box: Running, price: str, customer: str) -> None:
    v1 = box.v1
    setup = v1.checkout.sessions.create(
        {"mode": "setup", "customer": customer, "currency": "cny", "success_url": "http://p/"}
    )
    assert box.page(setup.url, box.form())[0] == 303
    v1.setup_intents.retrieve(v1.checkout.sessions.retrieve(setup.id).setup_intent)
    v1.checkout.sessions.expire(box.session(price, customer).id)
    coupon = v1.coupons.create({"percent_off": 50, "duration": "once"})
    code = v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "GUEST"})
    other = box.customer(card="pm_card_visa")
    trial = v1.subscriptions.create({"customer": other.id, "items": [{"price": price}], "trial_period_days": 5,
                                     "discounts": [{"promotion_code": code.id}]})  # fmt: skip
    box.control("advance", seconds=6 * 86400)
    assert v1.subscriptions.retrieve(trial.id).status == "active"
    v1.customers.payment_methods.list(other.id)
    settings = v1.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
    v1.billing_portal.sessions.create({"customer": other.id, "configuration": settings.id,
                                       "flow_data": {"type": "payment_method_update"}})  # fmt: skip
    v1.webhook_endpoints.create({"url": box.receiver.url, "enabled_events": ["refund.failed"]})
    clock = v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000, "name": "one"})
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_800_100_000})
    until(lambda: v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready")
    v1.test_helpers.test_clocks.delete(clock.id)
    v1.accounts.retrieve_current()
