"""Money: integer minor units and an ISO 4217 currency. Pure; no float anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

# ISO 4217: digits after the point. Currencies that are not listed have two.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "TND": 3}
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "TWD": "NT$", "SGD": "S$"}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (`Money(4800, "CNY")` is ¥48) of one currency (upper-case ISO code)."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise TypeError("Money counts whole minor units.")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"{self.currency!r} is not an upper-case ISO 4217 code.")

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares that sum to the whole, by largest remainder; earlier shares win ties. Weights are >= 0, not all 0."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("Weights must be at least 0 and not all 0.")
        floors = [self.amount * w // total for w in weights]
        rests = [self.amount * w % total for w in weights]
        missing = self.amount - sum(floors)
        for i in sorted(range(len(weights)), key=lambda k: (-rests[k], k))[:missing]:
            floors[i] += 1
        return [Money(f, self.currency) for f in floors]

    @property
    def exponent(self) -> int:
        """Digits after the point."""
        return EXPONENTS.get(self.currency, 2)

    @property
    def symbol(self) -> str:
        """Sign before the number; the code itself where we know no sign."""
        return SYMBOLS.get(self.currency, f"{self.currency} ")

    @property
    def number(self) -> str:
        """The number alone, without the sign; whole sums without decimals: `48`, `178.20`, `1,280`."""
        unit = 10**self.exponent
        whole, rest = divmod(abs(self.amount), unit)
        return f"{whole:,}" if not rest else f"{whole:,}.{rest:0{self.exponent}d}"

    def format(self, language: str = "en") -> str:
        """As people read it: `¥48`, `−¥19.80`. The same in both languages of the site today."""
        return f"{'−' if self.amount < 0 else ''}{self.symbol}{self.number}"

    def __str__(self) -> str:
        return self.format()
