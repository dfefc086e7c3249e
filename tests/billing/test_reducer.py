"""Pure rules: Stripe's state in, our right out."""

from datetime import UTC, datetime, timedelta

import pytest

from subscriptions.billing import reducer

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
END = datetime(2026, 2, 28, 12, tzinfo=UTC)


def remote(**changes: object) -> dict:
    item = {
        "price": {"id": "price_1"},
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
        ({}, END + reducer.GRACE),
        ({"status": "trialing"}, END + reducer.GRACE),
        ({"cancel_at_period_end": True}, END),
        ({"cancel_at": int((START + timedelta(days=3)).timestamp())}, START + timedelta(days=3)),
        ({"status": "past_due"}, START + reducer.GRACE),
        ({"status": "incomplete"}, None),
        ({"status": "incomplete_expired"}, None),
        ({"status": "unpaid"}, None),
        ({"status": "canceled"}, None),
        ({"status": "paused"}, None),
    ],
)
def test_every_status_gives_what_the_table_says(changes: dict, ends: datetime | None) -> None:
    right = reducer.right(reducer.subscription(remote(**changes)))
    assert (right.ends if right else None) == ends


def test_the_period_is_read_from_the_item() -> None:
    state = reducer.subscription(remote(current_period_end=1))
    assert (state.period_start, state.period_end) == (START, END)


def test_a_subscription_without_items_is_refused() -> None:
    with pytest.raises(KeyError):
        reducer.subscription(remote(items={"data": []}))


def test_a_skip_shows_as_paused_collection_and_never_as_a_status() -> None:
    state = reducer.subscription(remote(pause_collection={"behavior": "void", "resumes_at": int(END.timestamp())}))
    assert state.collection_paused and state.collection_resumes_at == END and state.status == "active"
