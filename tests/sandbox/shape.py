"""Compare an answer with the SDK's generated types: every field there, null only where it may be, no other field."""

import re
from typing import Any

from sandbox.tools.make_shapes import make

SHAPES = make()
TYPES, OBJECTS = SHAPES["types"], SHAPES["objects"]
PLAIN = {"str": str, "int": int, "float": (int, float), "bool": bool, "decimal": str}


def findings(thing: Any, path: str = "") -> list[str]:
    """Everything in which an answer of the API differs from its type."""
    if thing.get("object") == "list":
        return _list(thing, path or "list", None)
    if thing.get("deleted") is True and set(thing) == {"id", "object", "deleted"}:
        return []  # what is gone says only that
    return of_type(thing, OBJECTS[thing["object"]], path or thing["object"])


def of_type(thing: dict[str, Any], name: str, path: str) -> list[str]:
    """The same for an object whose type is known."""
    fields = TYPES[name]
    found = [f"{path}.{key} is not there" for key in fields if key not in thing]
    found += [f"{path}.{key} is not in the type" for key in thing if key not in fields]
    for key, text in fields.items():
        if key in thing:
            found += _value(thing[key], text, f"{path}.{key}")
    if name == "Event":
        found += findings(thing["data"]["object"], f"{path}.data.object")
    return found


def _value(value: Any, text: str, path: str) -> list[str]:
    if value is None:
        return [] if text.endswith("?") or text == "any" else [f"{path} is null"]
    text = text.rstrip("?")
    results = [_choice(value, choice, path) for choice in _split(text)]
    return min(results, key=len)


def _split(text: str) -> list[str]:
    found, depth, start = [], 0, 0
    for i, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and text.startswith(" / ", i):
            found.append(text[start:i])
            start = i + 3
    return [*found, text[start:]]


def _choice(value: Any, text: str, path: str) -> list[str]:
    if text == "any":
        return []
    if text in PLAIN:
        good = isinstance(value, PLAIN[text]) and not (text == "int" and isinstance(value, bool))
        return [] if good else [f"{path} is {value!r}, not {text}"]
    if text.startswith("enum("):
        allowed = text[5:-1].split("|")
        return [] if str(value) in allowed else [f"{path} is {value!r}, not one of {allowed[:8]}"]
    if text.startswith("id@"):
        good = isinstance(value, str) and re.fullmatch(r"[\w-]{4,}", value)
        return (
            ([] if good else [f"{path} is no id: {value!r}"])
            if isinstance(value, str)
            else of_type(value, text[3:], path)
        )
    if text.startswith("list@"):
        return _list(value, path, text[5:])
    if text.startswith("["):
        return [f for i, item in enumerate(value) for f in _value(item, text[1:-1], f"{path}[{i}]")]
    if text.startswith("{"):
        return [f for key, item in value.items() for f in _value(item, text[1:-1], f"{path}.{key}")]
    return of_type(value, text[1:], path)


def _list(value: dict[str, Any], path: str, name: str | None) -> list[str]:
    found = [] if set(value) == {"object", "data", "has_more", "url"} else [f"{path} is no list: {sorted(value)}"]
    for i, item in enumerate(value["data"]):
        found += of_type(item, name or OBJECTS[item["object"]], f"{path}.data[{i}]")
    return found
