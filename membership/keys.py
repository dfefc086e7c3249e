"""Which entitlement keys exist. A key is `<kind>:<name>`; a kind that nobody registered is denied."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ground.registry import Registry

PUBLIC = ""
ACCOUNT = "account"
_kinds: dict[str, str] = {
    "tier": "A membership tier",
    "rooms": "Rooms",
    "stories": "Stories",
    "story": "One story",
    "box": "A box plan",
}


def register_kind(kind: str, label: str) -> None:
    """Add a kind of entitlement; called in `ready()`. Raises `ValueError` when it is taken."""
    if kind in _kinds:
        raise ValueError(f"entitlement kind {kind!r} is registered twice.")
    _kinds[kind] = label


def kinds() -> list[str]:
    """Every kind that is registered."""
    return sorted(_kinds)


def known(key: str) -> bool:
    """True when the key may be asked for at all."""
    if key in (PUBLIC, ACCOUNT):
        return True
    kind, colon, name = key.partition(":")
    return bool(colon and name and kind in _kinds)


@dataclass(frozen=True)
class KeySource:
    """An app that asks for entitlements or gives them, for checks and for lists to choose from.

    `asked()` answers (where it stands, key) for everything that a key opens; `given()` keys that something of this app
    grants by itself. Both read the database.
    """

    key: str
    label: Any
    asked: Callable[[], Iterable[tuple[str, str]]] = tuple
    given: Callable[[], Iterable[str]] = tuple


sources: Registry[KeySource] = Registry("entitlement keys")


def asked() -> list[tuple[str, str]]:
    """Every place that an entitlement opens: (where, key)."""
    return [(f"{source.label}: {where}", key) for source in sources for where, key in source.asked()]


def given() -> frozenset[str]:
    """Every key that something gives."""
    return frozenset(key for source in sources for key in source.given())


def choices() -> list[tuple[str, str]]:
    """Keys that a tier may give, as staff choose them; what asks for a key stands behind it."""
    places: dict[str, list[str]] = {key: [] for key in given()}
    for where, key in asked():
        places.setdefault(key, []).append(where)
    return [(key, _told(key, places[key])) for key in sorted(places) if key not in (PUBLIC, ACCOUNT) and known(key)]


def _told(key: str, places: list[str]) -> str:
    return f"{key} · {places[0]}" + (f" +{len(places) - 1}" if len(places) > 1 else "") if places else key
