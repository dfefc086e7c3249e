"""Pure rules: Stripe's state in, our right out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions.billing import reducer

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
END = datetime(2026, 2, 28, 12, tzinfo=UTC)


def remote(**changes: object) -> dict:
    item = {
        "id": "si_1",
        "price": {"id": "price_1"},
        "quantity": 1,
        "current_period_start": int(START.timestamp()),
        "current_period_end": int(END.timestamp()),
    }
    found = {
        "id": "sub_1", "customer": "cus_1", "status": "active", "start_date": int(START.timestamp()), "ended_at": None,
        "cancel_at": None, "cancel_at_period_end": False, "pause_collection": None, "metadata": {}, "items": {"data": [item]},
    }  # fmt: skip
    return {**found, **changes}


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({}, END + reducer.LATE),
        ({"status": "trialing"}, END + reducer.LATE),
        ({"cancel_at_period_end": True}, END),
        ({"cancel_at": int((START + timedelta(days=3)).timestamp())}, START + timedelta(days=3)),
        ({"status": "past_due"}, END),
        ({"status": "incomplete"}, None),
        ({"status": "incomplete_expired"}, None),
        ({"status": "unpaid"}, None),
        ({"status": "canceled"}, None),
        ({"status": "paused"}, END),
    ],
)
def test_every_status_gives_what_the_table_says(changes: dict, ends: datetime | None) -> None:
    right = reducer.right(reducer.subscription(remote(**changes)))
    assert (right.ends if right else None) == ends


def test_a_missing_payment_counts_from_the_unpaid_periods_first_moment() -> None:
    found = reducer.right(reducer.subscription(remote(status="past_due")))
    assert found and found.overdue_since == START
    whole = reducer.right(reducer.subscription(remote()))
    assert whole and whole.overdue_since is None


def test_a_disputed_charge_suspends_whatever_the_status_is() -> None:
    for status in ("active", "trialing", "past_due", "paused"):
        assert reducer.right(reducer.subscription(remote(status=status)), disputed=True) is None


@pytest.mark.parametrize(
    ("before", "after", "more", "kind"),
    [
        (0, 4800, {}, "join"),
        (0, 4800, {"earlier": True}, "return"),
        (0, 4800, {"rested": True}, "resume"),
        (4800, 12800, {}, "upgrade"),
        (4800, 1800, {}, "downgrade"),
        (4800, 0, {"status": "paused"}, "pause"),
        (4800, 0, {"status": "canceled", "cause": "cancellation_requested"}, "leave"),
        (4800, 0, {"status": "canceled", "cause": "payment_failed"}, "lost"),
        (4800, 0, {"status": "unpaid"}, "lost"),
    ],
)
def test_a_change_of_revenue_has_one_kind(before: int, after: int, more: dict, kind: str) -> None:
    given = {"status": "active", "cause": "", "earlier": False, "rested": False} | more
    assert reducer.movement(before, after, **given) == kind


def test_a_card_is_good_to_the_last_day_of_its_month() -> None:
    card = {"id": "pm_1", "card": {"brand": "visa", "last4": "4242", "exp_year": 2026, "exp_month": 12}}
    found = reducer.card(card)
    assert found and found.until == date(2026, 12, 31)
    leap = reducer.card({**card, "card": {**card["card"], "exp_year": 2028, "exp_month": 2}})
    assert leap and leap.until == date(2028, 2, 29)
    assert reducer.card("pm_1") is None and reducer.card(None) is None


def test_the_period_is_read_from_the_item() -> None:
    state = reducer.subscription(remote(current_period_end=1))
    assert (state.period_start, state.period_end) == (START, END)


def test_a_subscription_without_items_is_refused() -> None:
    with pytest.raises(KeyError):
        reducer.subscription(remote(items={"data": []}))


def test_a_skip_shows_as_paused_collection_and_never_as_a_status() -> None:
    state = reducer.subscription(remote(pause_collection={"behavior": "void", "resumes_at": int(END.timestamp())}))
    assert state.collection_paused and state.collection_resumes_at == END and state.status == "active"
