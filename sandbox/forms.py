"""Stripe's form encoding: a[b][0][c]=d."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import invalid

_PART = re.compile(r"\[([^\[\]]*)\]")
_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
MAX_FIELDS = 2000


def decode(text: str) -> dict[str, Any]:
    """The nested values of a form or query: dicts with text leaves, lists where the form says `[]`."""
    root: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise invalid(f"This form cannot be read: {error}") from None
    for key, value in pairs:
        match = _KEY.match(key)
        if not match:
            raise invalid(f"Invalid parameter name: {key}", key)
        _put(root, [match[1], *_PART.findall(match[2])], value, key)
    return root


def _put(root: dict[str, Any], parts: list[str], value: str, key: str) -> None:
    here: dict[str, Any] = root
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        part = part or str(len(here))
        if following is None:
            if isinstance(here.get(part), dict):
                raise invalid(f"{key} is given as a value and as a hash", key)
            here[part] = value
            return
        below = here.setdefault(part, {})
        if not isinstance(below, dict):
            raise invalid(f"{key} is given as a value and as a hash", key)
        here = below
