"""The hosted page: what a person sees and does there."""

import html
import re

import pytest

from sandbox.pages import checkout
from tests.sandbox.conftest import Running

CN_SHIP = {"address_line1": "解放路 1", "city": "杭州", "postal_code": "310000", "country": "CN", "state": "浙江"}


def test_a_good_card_pays_and_leads_to_the_success_url_with_the_session_id(box: Running) -> None:
    session = box.session(box.price().id, box.customer().id, subscription_data={"metadata": {"tier": "companion"}})
    status, _, leads = box.page(session.url, box.form())
    assert (status, leads) == (303, f"http://product.example/done?s={session.id}")
    done = box.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert done.subscription.status == "active"
    assert done.subscription.metadata.to_dict() == {"tier": "companion"}
    assert done.invoice.parent.subscription_details.subscription == done.subscription.id
    assert done.invoice.status == "paid" and done.invoice.amount_paid == 4800
    assert done.customer_details.email == "ning@example.com"


def test_the_events_of_a_join_come_in_the_order_of_stripe(box: Running) -> None:
    box.page(box.session(box.price().id, box.customer().id).url, box.form())
    box.flush()
    order = [t for t in box.receiver.types() if t in (
        "customer.subscription.created", "invoice.created", "invoice.finalized", "payment_intent.succeeded", "invoice.paid",
        "customer.subscription.updated", "checkout.session.completed")]  # fmt: skip
    assert order == ["customer.subscription.created", "invoice.created", "invoice.finalized", "payment_intent.succeeded",
                     "invoice.paid", "customer.subscription.updated", "checkout.session.completed"]  # fmt: skip


@pytest.mark.parametrize("late", [{}, {"apply": "1", "promotion_code": "SPRING"}])
def test_a_tab_that_was_read_before_another_one_paid_changes_nothing_after_it(
    box: Running, monkeypatch: pytest.MonkeyPatch, late: dict[str, str]
) -> None:
    session = box.session(box.price().id, box.customer().id, allow_promotion_codes=True)
    real, others = checkout.language, []

    def overtaken(*given: object) -> str:
        if not others:  # this tab has read the session; the other one pays at this very moment
            others.append(0)
            others[0] = box.page(session.url, box.form())[0]
        return real(*given)

    monkeypatch.setattr(checkout, "language", overtaken)
    status, text, leads = box.page(session.url, box.form(**late))
    assert others == [303] and (status, leads) == (200, "") and "This checkout is paid." in text
    assert len(box.v1.subscriptions.list({"status": "all"}).data) == 1
    assert box.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_a_declined_card_says_so_keeps_what_was_typed_and_makes_no_subscription(box: Running) -> None:
    customer = box.customer()
    session = box.session(box.price().id, customer.id)
    for number, words in (("4000000000000002", "Your card was declined."), ("4000000000009995", "insufficient funds")):
        status, text, _ = box.page(session.url, box.form(number, name="Ning 宁远"))
        assert status == 200 and words in text and 'role="alert"' in text
        assert f'value="{number}"' in text and "Ning 宁远" in text
    assert box.v1.subscriptions.list({"customer": customer.id, "status": "all"}).data == []
    assert box.page(session.url, box.form())[0] == 303


def test_what_is_typed_wrongly_is_told_beside_its_field(box: Running) -> None:
    session = box.session(box.price().id, box.customer().id)
    form = box.form("1234", exp="12/20", cvc="1", name="", email="no")
    status, text, _ = box.page(session.url, form)
    assert status == 200
    assert re.findall(r'class="error" id="([\w_]+)-error"', text) == ["email", "card_number", "exp", "cvc", "name"]


def test_a_card_that_needs_authentication_asks_and_then_pays(box: Running) -> None:
    session = box.session(box.price().id, box.customer().id)
    status, _, leads = box.page(session.url, box.form("4000002500003155"))
    assert status == 303 and "/confirm" in leads
    assert "data-confirm" in box.page(leads)[1]
    assert box.page(leads, {"answer": "no"})[0] == 200
    status, _, target = box.page(leads, {"answer": "yes"})
    assert status == 303 and target.startswith("http://product.example/done")
    box.control("advance", until="next_renewal")
    assert box.v1.subscriptions.list().data[0].status == "active"


def test_the_card_0341_works_now_and_fails_at_the_renewal(box: Running) -> None:
    box.page(box.session(box.price().id, box.customer().id).url, box.form("4000000000000341"))
    assert box.v1.subscriptions.list().data[0].status == "active"
    box.control("advance", until="next_renewal")
    assert box.v1.subscriptions.list().data[0].status == "past_due"


def test_paying_twice_or_after_the_end_gives_a_plain_message(box: Running) -> None:
    price, customer = box.price().id, box.customer().id
    paid = box.session(price, customer)
    box.page(paid.url, box.form())
    assert "This checkout is paid." in box.page(paid.url)[1]
    assert "This checkout is paid." in box.page(paid.url, box.form())[1]
    assert len(box.v1.subscriptions.list().data) == 1
    gone = box.session(price, customer)
    box.v1.checkout.sessions.expire(gone.id)
    assert "This checkout has ended." in box.page(gone.url)[1]
    left = box.session(price, customer)
    box.control("advance", seconds=86_401)
    assert box.v1.checkout.sessions.retrieve(left.id).status == "expired"


def test_the_shipping_address_is_collected(box: Running) -> None:
    session = box.session(box.price(19800).id, box.customer().id,
                          shipping_address_collection={"allowed_countries": ["CN", "DE"]})  # fmt: skip
    text = box.page(session.url)[1]
    for name in (
        "card_number",
        "exp",
        "cvc",
        "name",
        "email",
        "address_line1",
        "city",
        "postal_code",
        "country",
        "state",
    ):
        assert f'name="{name}"' in text and f'id="{name}"' in text
    assert box.page(session.url, box.form())[0] == 200
    assert box.page(session.url, box.form(**{**CN_SHIP, "country": "US"}))[0] == 200
    assert box.page(session.url, box.form(**CN_SHIP))[0] == 303
    details = box.v1.checkout.sessions.retrieve(session.id).collected_information.shipping_details
    assert (details.name, details.address.line1, details.address.country) == ("Ning", "解放路 1", "CN")


def test_the_page_speaks_the_language_of_the_session_or_of_the_browser(box: Running) -> None:
    price, customer = box.price().id, box.customer().id
    chinese = box.session(price, customer, locale="zh")
    text = box.page(chinese.url)[1]
    assert 'lang="zh-Hans"' in text and "订阅并支付 ¥48" in text and "每月" in text
    auto = box.session(price, customer, locale="auto").url
    assert "Subscribe ¥48" in box.page(auto, **{"Accept-Language": "en"})[1]
    assert "订阅并支付" in box.page(auto, **{"Accept-Language": "zh-CN,zh;q=0.9"})[1]


def test_the_pages_have_no_inline_script_style_or_handler(box: Running) -> None:
    session = box.session(box.price().id, box.customer().id)
    portal = box.v1.billing_portal.sessions.create({"customer": session.customer}).url
    box.page(session.url, box.form())
    invoice = box.v1.invoices.list().data[0].hosted_invoice_url
    for url in (session.url, portal, invoice, "/", "/?lang=zh", "/nothing"):
        text = box.page(url)[1]
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text), url
        for field in re.findall(r"<(?:input|select) [^>]*>", text):
            name = re.search(r'id="(\w+)"', field)
            assert 'type="hidden"' in field or (name and f'for="{name[1]}"' in text) or "<label>" in text


def test_a_promotion_code_lowers_the_sum(box: Running) -> None:
    coupon = box.v1.coupons.create({"percent_off": 25, "duration": "once"})
    box.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"})
    session = box.session(box.price().id, box.customer().id, allow_promotion_codes=True)
    assert box.page(session.url, box.form(promotion_code="NONE", apply="1"))[0] == 200
    text = html.unescape(box.page(session.url, box.form(promotion_code="spring", apply="1"))[1])
    assert "Subscribe ¥36" in text
    assert box.page(session.url, box.form())[0] == 303
    invoice = box.v1.invoices.list().data[0]
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (4800, 3600, 3600)
    assert box.v1.checkout.sessions.retrieve(session.id).amount_total == 3600


def test_a_later_anchor_without_proration_charges_nothing_today(box: Running) -> None:
    session = box.session(box.price(19800).id, box.customer().id, subscription_data={
        "billing_cycle_anchor_config": {"day_of_month": 1, "hour": 8, "minute": 0, "second": 0},
        "proration_behavior": "none"})  # fmt: skip
    assert box.v1.checkout.sessions.retrieve(session.id).amount_total == 0
    box.page(session.url, box.form())
    subscription = box.v1.subscriptions.list().data[0]
    invoice = box.v1.invoices.list().data[0]
    assert (subscription.status, invoice.status, invoice.total) == ("active", "paid", 0)
    assert subscription.items.data[0].current_period_end == subscription.billing_cycle_anchor
    box.control("advance", until="next_renewal")
    assert box.v1.invoices.list().data[0].amount_paid == 19800


def test_an_open_invoice_is_paid_on_its_own_page_with_another_card(box: Running) -> None:
    box.page(box.session(box.price().id, box.customer().id).url, box.form("4000000000000341"))
    box.control("advance", until="next_renewal")
    invoice = box.v1.invoices.list({"status": "open"}).data[0]
    assert box.page(invoice.hosted_invoice_url, box.form("4000000000000002"))[0] == 200
    assert box.page(invoice.hosted_invoice_url, box.form())[0] == 303
    subscription = box.v1.subscriptions.list().data[0]
    assert subscription.status == "active"
    assert box.v1.payment_methods.retrieve(subscription.default_payment_method).card.last4 == "4242"


def test_the_portal_changes_the_card_and_cancels_and_takes_back(box: Running) -> None:
    customer = box.customer()
    box.page(box.session(box.price().id, customer.id).url, box.form())
    portal = box.v1.billing_portal.sessions.create(
        {"customer": customer.id, "return_url": "http://product.example/account"}
    )
    assert "http://product.example/account" in box.page(portal.url)[1]
    assert box.page(portal.url + "/card", box.form("4000000000000002"))[0] == 200
    assert box.page(portal.url + "/card", box.form("5555555555554444"))[0] == 303
    assert 'data-card="4444"' in box.page(portal.url)[1]
    subscription = box.v1.subscriptions.list().data[0].id
    box.page(portal.url + "/cancel", {"subscription": subscription, "end": "1"})
    assert box.v1.subscriptions.retrieve(subscription).cancel_at_period_end is True
    box.page(portal.url + "/cancel", {"subscription": subscription, "keep": "1"})
    assert box.v1.subscriptions.retrieve(subscription).cancel_at_period_end is False


def test_a_portal_session_for_the_card_only_leads_back_when_it_is_saved(box: Running) -> None:
    customer = box.customer()
    box.page(box.session(box.price().id, customer.id).url, box.form())
    portal = box.v1.billing_portal.sessions.create({
        "customer": customer.id, "return_url": "http://product.example/account",
        "flow_data": {"type": "payment_method_update", "after_completion": {
            "type": "redirect", "redirect": {"return_url": "http://product.example/account?card=new"}}}})  # fmt: skip
    assert (portal.flow.type, "data-cancel" in box.page(portal.url)[1]) == ("payment_method_update", False)
    status, _, leads = box.page(portal.url + "/card", box.form("5555555555554444"))
    assert (status, leads) == (303, "http://product.example/account?card=new")
    subscription = box.v1.subscriptions.list().data[0]
    assert box.v1.payment_methods.retrieve(subscription.default_payment_method).card.last4 == "4444"


def test_cancelling_in_the_portal_lets_go_of_a_planned_change(box: Running) -> None:
    customer = box.customer()
    box.page(box.session(box.price().id, customer.id).url, box.form())
    subscription = box.v1.subscriptions.list().data[0].id
    plan = box.v1.subscription_schedules.create({"from_subscription": subscription})
    portal = box.v1.billing_portal.sessions.create({"customer": customer.id})
    box.page(portal.url + "/cancel", {"subscription": subscription, "end": "1"})
    assert box.v1.subscription_schedules.retrieve(plan.id).status == "released"
    assert box.v1.subscriptions.retrieve(subscription).cancel_at_period_end is True
