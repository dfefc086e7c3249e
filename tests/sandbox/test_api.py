"""The API as such: keys, errors, idempotency, lists, expansion."""

import threading

import pytest
import stripe

from tests.sandbox.conftest import Running


def test_a_wrong_key_is_refused_in_the_shape_of_stripe(box: Running) -> None:
    client = stripe.StripeClient("sk_test_other", base_addresses={"api": box.base}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        client.v1.products.list()
    status, body, headers = box.api("GET", "/v1/products", Authorization="")
    assert status == 401 and body["error"]["type"] == "invalid_request_error"
    assert headers["Request-Id"].startswith("req_") and headers["Stripe-Version"] == "2026-10-28.endive"


def test_an_unknown_parameter_is_refused_and_named(box: Running) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        box.session(box.price().id, box.customer().id, payment_method_types=["card"])
    assert (caught.value.code, caught.value.param) == ("parameter_unknown", "payment_method_types")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        box.v1.customers.create({"address": {"street": "x"}})
    assert caught.value.param == "address[street]"


def test_what_does_not_exist_is_a_404(box: Running) -> None:
    for call in (lambda: box.v1.customers.retrieve("cus_none"), lambda: box.v1.quotes.list()):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            call()
        assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    assert box.api("GET", "/v1/invoices/")[0] == 404
    assert box.page("/nothing")[0] == 404


def test_values_are_checked_and_never_break_the_sandbox(box: Running) -> None:
    for path, body in (
        ("/v1/customers", "metadata=1"), ("/v1/customers", "a[b=1"), ("/v1/prices", "unit_amount=x&currency=cny"),
        ("/v1/products", ""), ("/v1/subscriptions", "items=1"), ("/v1/customers", "email[a]=1&email=2"),
        ("/v1/checkout/sessions", "mode=gift"), ("/v1/events?limit=0", ""), ("/v1/customers", "%ff=%ff"),
        ("/v1/payment_intents", "currency=cny"), ("/v1/promotion_codes", "code=1"), ("/v1/refunds", "charge=x"),
    ):  # fmt: skip
        status, answer, _ = box.api("GET" if "?" in path else "POST", path, body)
        assert 400 <= status < 500 and answer["error"]["message"], (path, body, status)
    assert box.api("POST", "/v1/customers", "{}", Content_Type="application/json")[0] == 400
    assert box.api("POST", "/_control/fault", "[]")[0] == 400
    assert box.api("POST", "/_control/fault", "{")[0] == 400
    assert box.api("POST", "/_control/advance", '{"seconds": "soon"}')[0] == 400
    assert box.api("POST", "/_control/advance", '{"seconds": -5}')[0] == 400


def test_an_idempotency_key_gives_the_stored_answer_and_refuses_other_parameters(box: Running) -> None:
    options = {"idempotency_key": "intent-1"}
    first = box.v1.customers.create({"name": "A"}, options)
    again = box.v1.customers.create({"name": "A"}, options)
    assert first.id == again.id and len(box.v1.customers.list().data) == 1
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        box.v1.customers.create({"name": "B"}, options)


def test_many_with_one_key_do_the_work_once(box: Running) -> None:
    made: list[str] = []

    def create() -> None:
        made.append(box.v1.customers.create({"name": "A"}, {"idempotency_key": "one"}).id)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1


def test_lists_are_cut_into_pages(box: Running) -> None:
    ids = [box.v1.customers.create({"email": f"{n % 2}@example.com"}).id for n in range(7)][::-1]
    page = box.v1.customers.list({"limit": 3})
    assert [c.id for c in page.data] == ids[:3] and page.has_more
    assert [c.id for c in box.v1.customers.list({"limit": 3, "starting_after": ids[2]}).data] == ids[3:6]
    assert [c.id for c in box.v1.customers.list({"limit": 2, "ending_before": ids[4]}).data] == ids[2:4]
    assert [c.id for c in page.auto_paging_iter()] == ids
    assert len(box.v1.customers.list({"email": "0@example.com"}).data) == 4
    assert box.v1.customers.list({"created": {"gt": 4_000_000_000}}).data == []


def test_expand_goes_four_levels_deep_and_no_further(box: Running) -> None:
    customer = box.customer(card="pm_card_visa")
    subscription = box.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": box.price().id}],
         "expand": ["customer", "latest_invoice.payments", "items.data.price.product"]})  # fmt: skip
    assert subscription.customer.id == customer.id
    assert subscription.items.data[0].price.product.name == "Companion 同席"
    invoice = box.v1.invoices.retrieve(
        subscription.latest_invoice.id, {"expand": ["payments.data.payment.payment_intent"]})  # fmt: skip
    assert invoice.payments.data[0].payment.payment_intent.status == "succeeded"
    for path in ("latest_invoice.payments.data.payment.payment_intent", "latest_invoice.payment_intent", "status"):
        with pytest.raises(stripe.InvalidRequestError):
            box.v1.subscriptions.retrieve(subscription.id, {"expand": [path]})


def test_metadata_merges_and_empty_text_removes(box: Running) -> None:
    customer = box.v1.customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = box.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert box.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_lookup_key_moves_to_the_new_price(box: Running) -> None:
    old = box.price(4800, key="companion-month")
    with pytest.raises(stripe.InvalidRequestError):
        box.price(5800, key="companion-month")
    new = box.price(5800, key="companion-month", transfer_lookup_key=True)
    found = box.v1.prices.list({"lookup_keys": ["companion-month"], "active": True}).data
    assert [p.id for p in found] == [new.id]
    assert box.v1.prices.retrieve(old.id).lookup_key is None


def test_an_api_fault_strikes_once_after_the_work_and_the_key_saves_the_retry(box: Running) -> None:
    for mode, error in (("error", stripe.APIError), ("timeout", stripe.APIConnectionError)):
        box.control("fault", api=mode)
        with pytest.raises(error):
            box.v1.customers.create({"name": mode}, {"idempotency_key": mode})
        again = box.v1.customers.create({"name": mode}, {"idempotency_key": mode})
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert sorted(c.name for c in box.v1.customers.list().data) == ["error", "timeout"]


def test_an_oversized_body_is_refused(box: Running) -> None:
    status, _, _ = box.page("/v1/customers", {"name": "x" * 1_100_000})
    assert status == 413


def test_a_busy_or_absent_api_does_nothing_and_a_path_or_reads_can_be_singled_out(box: Running) -> None:
    box.control("fault", api="rate_limit", path="/v1/customers")
    box.price()
    with pytest.raises(stripe.RateLimitError):
        box.v1.customers.create({"name": "A"})
    box.control("fault", api="unavailable", times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            box.v1.customers.create({"name": "B"})
    assert box.v1.customers.list().data == []
    box.control("fault", api="error", reads=True)
    with pytest.raises(stripe.APIError):
        box.v1.customers.list()
    assert box.v1.customers.list().data == []


def test_an_api_fault_of_several_times_also_strikes_the_retries_of_one_key(box: Running) -> None:
    box.control("fault", api="error", times=3)
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            box.v1.customers.create({"name": "A"}, {"idempotency_key": "one"})
    assert box.v1.customers.create({"name": "A"}, {"idempotency_key": "one"}).name == "A"
    assert len(box.v1.customers.list().data) == 1
