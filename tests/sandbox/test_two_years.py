"""The clock runs through two years with month ends and a leap day: no bill is missed, none is made twice."""

import calendar
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sandbox.billing import periods
from tests.sandbox.conftest import Running

DAY = 86_400


# The first of two years that lie ahead; the second is a leap year.
FIRST = next(year for year in range(datetime.now(UTC).year + 1, 2200) if calendar.isleap(year + 1))


def _at(text: str, years: int = 0) -> int:
    """A moment of the first year, or of one so many later."""
    return int(datetime.strptime(f"{FIRST + years}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp())


MOMENTS = ("01-29 00:00", "01-30 12:00", "01-31 23:59", "03-31 10:00", "08-31 18:30")
RHYTHMS = ({"interval": "month"}, {"interval": "month", "interval_count": 3}, {"interval": "year"})


def _expected(start: int, rhythm: dict[str, Any], until: int) -> list[tuple[int, int]]:
    """The calendar by itself: each period counted from the beginning, so that a short month shortens no other."""
    unit, count = rhythm["interval"], rhythm.get("interval_count", 1)
    bounds = [start]
    while bounds[-1] <= until:
        bounds.append(periods.shift(start, unit, count * len(bounds)))
    return list(pairwise(bounds))


def test_two_years_of_renewals_miss_nothing_and_double_nothing(box: Running) -> None:
    prices = [box.price(1000 * (n + 1), recurring=dict(rhythm)) for n, rhythm in enumerate(RHYTHMS)]
    made: dict[str, tuple[int, dict[str, Any], int]] = {}
    for moment in sorted(MOMENTS):
        box.control("advance", to=_at(moment))
        for price, rhythm in zip(prices, RHYTHMS, strict=True):
            customer = box.customer(card="pm_card_visa")
            member = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
            made[member.id] = (member.start_date, dict(rhythm), price.unit_amount)
    end = _at("01-31 23:59", 2) + 2 * DAY
    box.control("advance", to=end)
    box.flush()
    for key, (start, rhythm, amount) in made.items():
        _check_one(box, key, _expected(start, rhythm, end), amount)
    paid = [e["data"]["object"]["id"] for e in box.receiver.events if e["type"] == "invoice.paid"]
    assert len(paid) == len(set(paid)) == sum(len(_expected(s, r, end)) for s, r, _ in made.values())
    charges = list(box.v1.charges.list({"limit": 100}).auto_paging_iter())
    assert len(charges) == len(paid) and all(c.paid for c in charges)


def _check_one(box: Running, key: str, expected: list[tuple[int, int]], amount: int) -> None:
    bills = list(box.v1.invoices.list({"subscription": key, "limit": 100}).auto_paging_iter())[::-1]
    spans = [(b.lines.data[0].period.start, b.lines.data[0].period.end) for b in bills]
    assert spans == expected, key
    assert {(b.status, b.amount_paid, len(b.lines.data)) for b in bills} == {("paid", amount, 1)}
    assert [b.billing_reason for b in bills] == ["subscription_create", *["subscription_cycle"] * (len(bills) - 1)]
    assert [b.status_transitions.paid_at for b in bills[1:]] == [start + 3600 for start, _ in expected[1:]]
    item = box.v1.subscriptions.retrieve(key).items.data[0]
    assert (item.current_period_start, item.current_period_end) == expected[-1]


def test_the_last_day_of_january_leads_through_every_month_end() -> None:
    january = _at("01-31 23:59")
    days = [
        datetime.fromtimestamp(a, UTC).strftime("%m-%d")
        for a, _ in _expected(january, {"interval": "month"}, january + 420 * DAY)
    ]
    assert days == ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31",
                    "01-31", "02-29"]  # fmt: skip


def test_a_leap_day_is_kept_as_the_billing_day_of_a_year(box: Running) -> None:
    leap = _at("02-29 08:00", 1)
    price = box.price(9000, recurring={"interval": "year"})
    box.control("advance", to=leap)
    customer = box.customer(card="pm_card_visa")
    member = box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    for _ in range(4):
        box.control("advance", until="next_renewal")
    bills = box.v1.invoices.list({"subscription": member.id}).data[::-1]
    days = [datetime.fromtimestamp(b.lines.data[0].period.start, UTC).strftime("%Y-%m-%d") for b in bills]
    ends = ("02-29", "02-28", "02-28", "02-28", "02-29")
    assert days == [f"{FIRST + 1 + n}-{day}" for n, day in enumerate(ends)]


def test_failures_pauses_and_skips_over_a_year_bill_each_period_at_most_once(box: Running) -> None:
    price = box.price(4800)
    box.control("advance", to=_at("01-31 10:00"))
    keys = []
    for _ in range(3):
        customer = box.customer(card="pm_card_visa")
        keys.append(box.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]}).id)
    failing, skipping, pausing = keys
    for month in range(12):
        if month in (2, 7):
            box.control("fault", payment="insufficient_funds", times=2)  # one renewal and its first retry
        if month == 4:
            end = box.v1.subscriptions.retrieve(skipping).items.data[0].current_period_end
            box.v1.subscriptions.update(skipping, {"pause_collection": {"behavior": "void", "resumes_at": end + 60}})
        if month == 5:
            box.v1.subscriptions.pause(pausing, {"bill_for": {"unused_time_from": {"type": "none"}}})
        if month == 9:
            box.v1.subscriptions.resume(pausing, {"billing_cycle_anchor": {"type": "unchanged"}})
        box.control("advance", to=periods.shift(_at("01-31 10:00"), "month", month + 1) + 5 * DAY)
    for key in keys:
        bills = box.v1.invoices.list({"subscription": key, "limit": 100}).data
        spans = [(b.lines.data[0].period.start, b.lines.data[0].period.end) for b in bills if b.lines.data]
        assert len(spans) == len(set(spans))
        ordered = sorted(spans)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(ordered)), key
        assert {b.status for b in bills} <= {"paid", "void"}
        assert box.v1.subscriptions.retrieve(key).status == "active"
    assert [b.status for b in box.v1.invoices.list({"subscription": skipping, "limit": 100}).data].count("void") == 1
    assert len(box.v1.invoices.list({"subscription": failing, "limit": 100}).data) == 13
