"""Webhooks and the clock: signatures, retries, faults, the order of moments."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import SECRET, Receiver, Running, until

DAY = 86_400
ROOT = Path(__file__).parents[2]


def test_events_are_signed_in_real_time_and_the_sdk_reads_them(box: Running) -> None:
    box.customer()
    box.flush()
    body, header = box.receiver.raw[-1]
    event = stripe.Webhook.construct_event(body, header, SECRET)
    assert event.type == "customer.created" and event.data.object.email == "ning@example.com"
    assert abs(event.created - time.time()) < 5 and event.api_version == "2026-10-28.endive"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, "whsec_other")
    assert box.v1.events.retrieve(event.id).pending_webhooks == 0


def test_a_refused_event_is_tried_again_and_counts_as_pending_meanwhile(box: Running) -> None:
    tries: list[float] = []

    def answer(event: dict[str, Any]) -> int:
        tries.append(time.monotonic())
        return 500 if len(tries) == 1 else 200

    box.receiver.answer = answer
    box.customer()
    until(lambda: len(tries) == 1)
    until(lambda: box.v1.events.list({"delivery_success": False}).data)
    until(lambda: len(tries) == 2)
    assert 0.8 < tries[1] - tries[0] < 3
    until(lambda: not box.v1.events.list({"delivery_success": False}).data)


def test_an_endpoint_of_the_api_gets_what_it_asked_for_with_its_own_secret(box: Running) -> None:
    other = Receiver()
    endpoint = box.v1.webhook_endpoints.create({
        "url": other.url, "enabled_events": ["customer.created"], "api_version": "2026-10-28.endive"})  # fmt: skip
    box.customer()
    box.price()
    box.flush()
    assert other.types() == ["customer.created"]
    stripe.Webhook.construct_event(*other.raw[0], endpoint.secret)
    assert box.v1.webhook_endpoints.list().data[0].secret is None
    other.server.shutdown()
    other.server.server_close()


def test_faults_deliver_twice_late_turned_around_and_not_at_all(box: Running) -> None:
    box.control("fault", delivery="twice")
    box.customer()
    box.flush()
    assert box.receiver.types() == ["customer.created"] * 2
    box.control("fault", delivery="late", seconds=0.6)
    box.customer()
    time.sleep(0.3)
    assert len(box.receiver.events) == 2
    until(lambda: len(box.receiver.events) == 3)
    box.control("fault", delivery="hold")
    box.customer()
    box.price()
    assert box.state()["deliveries"]["held"] == 3 and len(box.receiver.events) == 3
    assert box.control("release", order="reversed")["released"] == 3
    box.flush()
    assert box.receiver.types()[3:] == ["price.created", "product.created", "customer.created"]
    box.control("fault", delivery="reversed")
    box.price()
    box.flush()
    assert box.receiver.types()[6:] == ["price.created", "product.created"]
    box.control("fault", delivery=None)
    event = box.receiver.events[0]["id"]
    assert box.control("resend", event=event)["deliveries"] == 1
    box.flush()
    assert box.receiver.events[-1]["id"] == event


def test_a_jump_stops_at_every_due_moment_and_each_day_after_its_events_came(box: Running) -> None:
    customer = box.customer(card="pm_card_visa")
    box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": box.price().id}]})
    end = box.v1.subscriptions.list().data[0].items.data[0].current_period_end
    box.flush()
    box.receiver.events.clear()
    seen: list[tuple[str, int]] = []

    def answer(event: dict[str, Any]) -> int:
        thing = event["data"]["object"]
        if event["type"] == "test_helpers.test_clock.advancing":
            api = box.v1.test_helpers.test_clocks.retrieve("clock_default")  # the product calls back meanwhile
            assert api.frozen_time == thing["frozen_time"] and api.status == "advancing"
            seen.append(("stop", thing["frozen_time"]))
        elif event["type"] in ("invoice.created", "invoice.paid"):
            seen.append((event["type"], thing["status_transitions"]["paid_at"] or thing["created"]))
        return 200

    box.receiver.answer = answer
    start = box.state()["clock"]["now"]
    target = end + 3 * DAY
    box.control("advance", to=target)
    moments = [moment for _, moment in seen]
    assert moments == sorted(moments)
    stops = [moment for kind, moment in seen if kind == "stop"]
    assert end in stops and end + 3600 in stops and stops[-1] == target
    assert all(later - earlier <= DAY for earlier, later in zip([start, *stops], stops, strict=False))
    assert seen.index(("invoice.created", end)) < seen.index(("stop", end))
    assert seen.index(("invoice.paid", end + 3600)) < seen.index(("stop", end + 3600))
    box.flush()
    assert box.receiver.events[-1]["type"] == "test_helpers.test_clock.ready"


def test_the_default_clock_flows_on_after_a_jump_and_is_advanced_by_the_api(box: Running) -> None:
    clocks = box.v1.test_helpers.test_clocks
    before = clocks.retrieve("clock_default").frozen_time
    moving = clocks.advance("clock_default", {"frozen_time": before + 3 * DAY})
    assert moving.status == "advancing" and moving.status_details.advancing.target_frozen_time == before + 3 * DAY
    until(lambda: clocks.retrieve("clock_default").status == "ready")
    now = clocks.retrieve("clock_default").frozen_time
    assert 0 <= now - (before + 3 * DAY) < 5
    until(lambda: clocks.retrieve("clock_default").frozen_time > now)
    assert abs(box.customer().created - now) < 5


def test_a_second_jump_waits_for_the_first_and_a_jump_back_is_refused(box: Running) -> None:
    clocks = box.v1.test_helpers.test_clocks
    box.receiver.answer = lambda event: time.sleep(0.02) or 200
    box.control("advance", **{"seconds": 30 * DAY, "async": True})
    with pytest.raises(stripe.RateLimitError):
        clocks.advance("clock_default", {"frozen_time": int(time.time()) + 90 * DAY})
    assert "data-moving" in box.page("/")[1]
    until(lambda: not box.state()["clock"]["advancing"], 20)
    with pytest.raises(stripe.InvalidRequestError):
        clocks.advance("clock_default", {"frozen_time": int(time.time())})


def test_a_product_that_is_not_well_or_not_there_does_not_hold_up_the_clock(box: Running) -> None:
    started = time.monotonic()
    box.receiver.answer = lambda event: 500
    box.control("advance", seconds=3 * DAY)
    box.receiver.server.shutdown()
    box.receiver.server.server_close()
    box.control("advance", seconds=3 * DAY)
    assert time.monotonic() - started < 10


def test_the_dashboard_moves_the_clock_sets_faults_and_resends(box: Running) -> None:
    box.page(box.session(box.price().id, box.customer().id).url, box.form())
    text = box.page("/?lang=zh")[1]
    assert 'lang="zh-Hans"' in text and "到下次续费" in text and "checkout.session.completed" in text
    assert box.page("/clock?lang=en", {"move": "next_renewal"})[0] == 303
    until(lambda: not box.state()["clock"]["advancing"])
    assert len(box.v1.invoices.list().data) == 2
    assert box.page("/clock", {"move": "date", "date": "2001-01-01"})[0] == 400
    assert box.page("/clock", {"move": "next_retry"})[0] == 400
    box.page("/faults", {"payment": "insufficient_funds"})
    assert box.state()["faults"]["payment"]["mode"] == "insufficient_funds"
    event = box.v1.events.list({"type": "checkout.session.completed"}).data[0].id
    assert box.page("/resend", {"event": event})[0] == 303
    box.flush()
    assert box.receiver.types().count("checkout.session.completed") == 2


def test_state_and_what_waits_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    first = Running(tmp_path / "s.sqlite3", receiver)
    first.control("advance", seconds=40 * DAY)
    receiver.answer = lambda event: 503
    customer = first.customer()
    until(lambda: receiver.types())
    first.stop()
    receiver.events.clear()
    receiver.answer = lambda event: 200
    second = Running(tmp_path / "s.sqlite3", receiver)
    assert second.v1.customers.retrieve(customer.id).email == "ning@example.com"
    assert second.state()["clock"]["now"] > time.time() + 39 * DAY
    until(lambda: "customer.created" in receiver.types(), 15)
    second.stop()


def test_the_command_says_when_it_listens_and_ends_on_sigterm(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path / "x" / "s.sqlite3")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Sandbox listens on http://localhost:")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()


def test_an_event_is_lost_for_good_or_only_looks_delivered(box: Running) -> None:
    box.control("fault", delivery="lose", times=1)
    lost = box.customer()
    box.customer()
    box.flush()
    assert box.receiver.types() == ["customer.created"]
    assert [e.data.object.id for e in box.v1.events.list({"delivery_success": False}).data] == [lost.id]
    box.control("fault", delivery="swallow")
    box.customer()
    box.control("fault", delivery=None)
    box.flush()
    assert len(box.receiver.events) == 1 and len(box.v1.events.list({"delivery_success": False}).data) == 1
    assert len(box.v1.events.list({"type": "customer.created"}).data) == 3


def test_held_events_are_dealt_out_in_any_order_repeated_or_lost(box: Running) -> None:
    box.control("fault", delivery="hold")
    box.customer()
    box.price()
    first, second, third = (e.id for e in box.v1.events.list().data[::-1])
    assert box.control("release", events=[third, first, third])["released"] == 3
    box.flush()
    assert [e["id"] for e in box.receiver.events] == [third, first, third]
    assert box.state()["deliveries"]["held"] == 1
    box.control("release", events=[], rest="drop")
    assert [e.id for e in box.v1.events.list({"delivery_success": False}).data] == [second]


def test_the_dashboard_has_a_button_for_refunds_disputes_and_every_fault(box: Running) -> None:
    for _ in range(2):
        box.page(box.session(box.price().id, box.customer().id).url, box.form())
    second, first = box.v1.charges.list().data
    assert box.page("/money", {"charge": first.id, "what": "half"})[0] == 303
    assert "partly refunded" in box.page("/?lang=en")[1]
    box.page("/money", {"charge": first.id, "what": "refund"})
    assert box.v1.charges.retrieve(first.id).refunded is True
    assert box.page("/money", {"charge": first.id, "what": "refund"})[0] == 400
    box.page("/money", {"charge": second.id, "what": "dispute"})
    dispute = box.v1.disputes.list().data[0]
    assert "待举证" in box.page("/?lang=zh")[1]
    assert box.page("/verdict", {"dispute": dispute.id, "close": "won"})[0] == 303
    assert box.v1.disputes.retrieve(dispute.id).status == "won"
    box.page("/faults", {"api": "rate_limit", "path": "/v1/refunds", "times": "2"})
    assert box.state()["faults"]["api"] == {"mode": "rate_limit", "times": 2, "path": "/v1/refunds", "reads": False}
    for name in ("error", "timeout", "unavailable"):
        box.page("/faults", {"api": name})
        assert box.state()["faults"]["api"]["mode"] == name
    for name in ("lose", "swallow", "hold", "twice", "reversed", "late"):
        box.page("/faults", {"delivery": name, "seconds": "5"})
        assert box.state()["faults"]["delivery"]["mode"] == name
    box.page("/faults", {"api": "none", "delivery": "none"})
    assert box.state()["faults"] == {"payment": None, "api": None, "delivery": {"mode": "normal"}}
    assert box.page("/clock", {"move": "week"})[0] == 303
    until(lambda: not box.state()["clock"]["advancing"])
