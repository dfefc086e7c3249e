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
        "customer.subscription.trial_will_end", "coupon.created", "promotion_code.created", "invoice.upcoming",
        "subscription_schedule.created", "subscription_schedule.updated", "subscription_schedule.released",
        "subscription_schedule.canceled", "subscription_schedule.completed", "subscription_schedule.expiring",
        "customer.subscription.pending_update_applied", "customer.subscription.pending_update_expired",
        "customer.discount.created", "customer.discount.deleted", "charge.dispute.created", "charge.dispute.updated",
        "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "refund.failed",
        "refund.updated", "charge.updated", "credit_note.created", "credit_note.updated", "credit_note.voided",
        "coupon.updated", "coupon.deleted", "customer.deleted", "invoiceitem.created", "invoiceitem.deleted",
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
    _plans(box, price.id, dear.id)
    _back(box, price.id)
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
    v1.webhook_endpoints.create({"url": box.receiver.url, "enabled_events": ["account.updated"]})
    clock = v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000, "name": "one"})
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_800_100_000})
    until(lambda: v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready")
    v1.test_helpers.test_clocks.delete(clock.id)
    v1.accounts.retrieve_current()


def _member(box: Running, price: str, card: str = "pm_card_visa", **more: Any) -> Any:
    customer = box.customer(card=card)
    return box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}], **more})


def _plans(box: Running, price: str, dear: str) -> None:
    v1 = box.v1
    for end in ("release", "cancel"):
        plan = v1.subscription_schedules.create({"from_subscription": _member(box, price).id})
        first = plan.phases[0]
        now = {"items": [{"price": price}], "start_date": first.start_date, "end_date": first.end_date}
        later = {"items": [{"price": dear, "metadata": {"a": "b"}}], "proration_behavior": "none", "metadata": {"c": "d"},
                 "duration": {"interval": "month", "interval_count": 1}}  # fmt: skip
        v1.subscription_schedules.update(plan.id, {"end_behavior": end, "phases": [now, later], "metadata": {"e": "f"}})
        v1.invoices.create_preview({"schedule": plan.id})
    v1.subscription_schedules.list({"expand": ["data.subscription"]})
    gone = v1.subscription_schedules.create({"from_subscription": _member(box, price).id})
    v1.subscription_schedules.cancel(gone.id, {"prorate": True})
    later_on = box.state()["clock"]["now"] + 86_400
    v1.subscription_schedules.create({"customer": box.customer(card="pm_card_visa").id, "start_date": later_on,
                                      "phases": [{"items": [{"price": price}]}]})  # fmt: skip
    offer = v1.coupons.create({"percent_off": 30, "duration": "once", "applies_to": {"products": ["prod_none"]}})
    v1.coupons.update(offer.id, {"name": "Stay"})
    held = [_member(box, price, discounts=[{"coupon": offer.id}]) for _ in range(2)]
    v1.coupons.delete(offer.id)
    for member in held:
        v1.subscriptions.update(member.id, {"discounts": ""})
        box.card(member.customer, "pm_card_chargeCustomerFail")
        change = {"items": [{"id": member.items.data[0].id, "price": dear}], "proration_behavior": "always_invoice"}
        v1.subscriptions.update(member.id, {**change, "payment_behavior": "pending_if_incomplete"})
    box.card(held[0].customer, "pm_card_visa")
    v1.invoices.pay(v1.subscriptions.retrieve(held[0].id).latest_invoice)
    box.control("advance", seconds=65 * 86_400)


def _back(box: Running, price: str) -> None:
    v1 = box.v1
    member = _member(box, price)
    invoice = v1.invoices.list({"subscription": member.id}).data[0]
    v1.credit_notes.create({"invoice": invoice.id, "amount": 900, "refund_amount": 500, "credit_amount": 400})
    item = v1.invoice_items.create({"customer": member.customer, "amount": 100, "currency": "cny"})
    v1.invoice_items.delete(item.id)
    box.card(member.customer, "pm_card_chargeCustomerFail")
    box.control("advance", to=member.items.data[0].current_period_end + 3700)
    owed = v1.invoices.list({"status": "open", "subscription": member.id}).data[0]
    note = v1.credit_notes.create({"invoice": owed.id, "amount": 100, "memo": "Sorry"})
    v1.credit_notes.void_credit_note(note.id)
    v1.credit_notes.list({"invoice": owed.id})
    failing = _member(box, price, "pm_card_refundFail")
    intent = v1.invoice_payments.list({"invoice": failing.latest_invoice}).data[0].payment.payment_intent
    v1.refunds.create({"payment_intent": intent})
    v1.charges.retrieve(v1.payment_intents.retrieve(intent).latest_charge, {"expand": ["refunds"]})
    for verdict in ("winning_evidence", "losing_evidence"):
        other = _member(box, price)
        dispute = box.control("dispute", invoice=other.latest_invoice)["id"]
        v1.disputes.update(dispute, {"evidence": {"uncategorized_text": verdict, "customer_name": "Ning"}})
    v1.disputes.list({"expand": ["data.charge"]})
    box.control("advance", seconds=10)
    v1.customers.delete(member.customer)
    v1.customers.retrieve(member.customer)
