"""What a carrier must be able to do, and the list of those we have."""

from dataclasses import dataclass
from typing import Any, Protocol

from ground.registry import Registry


class CarrierAway(Exception):
    """No answer, or one that says: later. The same call may be made again."""


class CarrierRefused(Exception):
    """The carrier does not carry this; the text says why. Asking the same again changes nothing."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label that was bought. `cost` in minor units of `currency`; nought and empty where the carrier does not say."""

    tracking: str
    url: str = ""
    cost: int = 0
    currency: str = ""


class Carrier(Protocol):
    """A carrier. `buys`: its labels are bought by `buy`; else they come from a manifest and a list that comes back."""

    key: str
    label: Any
    buys: bool

    def buy(self, body: dict[str, Any], key: str) -> Label:
        """A label for this parcel; the same key is the same label, however often. Raises `CarrierAway`, `CarrierRefused`."""
        ...

    def track_url(self, tracking: str) -> str:
        """Where a person can follow the parcel; empty: nowhere."""
        ...


carriers: Registry[Carrier] = Registry("carriers")
