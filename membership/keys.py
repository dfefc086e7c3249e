"""Which entitlement keys exist. A key is `<kind>:<name>`; a kind that nobody registered is denied."""

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


def known(key: str) -> bool:
    """True when the key may be asked for at all."""
    if key in (PUBLIC, ACCOUNT):
        return True
    kind, colon, name = key.partition(":")
    return bool(colon and name and kind in _kinds)
