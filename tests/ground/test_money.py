"""Money is whole minor units of one currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.money import CurrencyMismatch, Money

amounts = st.integers(-(10**9), 10**9)


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_shares_always_sum_to_the_whole(amount: int, weights: list[int]) -> None:
    shares = Money(amount, "CNY").split(weights)
    assert sum(s.amount for s in shares) == amount
    exact = [amount * w / sum(weights) for w in weights]
    assert all(abs(s.amount - e) < 1 for s, e in zip(shares, exact, strict=True))


@given(amounts, amounts)
def test_adding_and_taking_away_is_nothing(a: int, b: int) -> None:
    assert Money(a, "CNY") + Money(b, "CNY") - Money(b, "CNY") == Money(a, "CNY")


def test_two_currencies_never_meet() -> None:
    for work in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b):
        with pytest.raises(CurrencyMismatch):
            work(Money(1, "CNY"), Money(1, "USD"))


@pytest.mark.parametrize(
    ("money", "text"),
    [(Money(4800, "CNY"), "¥48"), (Money(17820, "CNY"), "¥178.20"), (Money(128000, "CNY"), "¥1,280"),
     (Money(-1980, "CNY"), "−¥19.80"), (Money(500, "JPY"), "JP¥500"), (Money(1234, "KWD"), "KWD 1.234"), (Money(0, "USD"), "$0")],
)  # fmt: skip
def test_it_reads_as_people_write_it(money: Money, text: str) -> None:
    assert money.format() == text


@pytest.mark.parametrize("bad", [(1.5, "CNY"), (True, "CNY"), (1, "cny"), (1, "YUAN")])
def test_what_is_no_money_is_refused(bad: tuple) -> None:
    with pytest.raises((TypeError, ValueError)):
        Money(*bad)
