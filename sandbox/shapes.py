"""The shapes of Stripe's objects and parameters, read once from shapes.json.

`new` makes an object that has every field of its type (nullable ones null); `check` reads form
values by the type of a parameter. The grammar of a type is told in tools/make_shapes.py.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.errors import ApiError, invalid, unknown_parameter

_DATA = json.loads((Path(__file__).parent / "shapes.json").read_text("utf-8"))
API_VERSION: str = _DATA["api_version"]
OBJECTS: dict[str, str] = _DATA["objects"]
TYPES: dict[str, dict[str, str]] = _DATA["types"]
_PLAIN = {"str": "", "decimal": "0", "int": 0, "float": 0.0, "bool": False, "any": None, "''": ""}


def new(kind: str, **values: Any) -> dict[str, Any]:
    """A fresh object of the type `kind` (a name of shapes.json), with `values` laid over its empty fields."""
    made = {key: _empty(text) for key, text in TYPES[kind].items()}
    strange = set(values) - set(made)
    if strange:
        raise KeyError(f"{kind} has no {', '.join(sorted(strange))}")
    made.update(values)
    return made


def _empty(text: str) -> Any:
    if text.startswith("{@"):
        return {}  # the SDK cannot read null here: Stripe leaves these out or fills them
    if text.endswith("?"):
        return None
    text = text.split(" / ")[0]
    if text in _PLAIN:
        return _PLAIN[text]
    if text.startswith("enum("):
        return text[5:-1].split("|")[0]
    if text.startswith("list@"):
        return page([], "")
    if text.startswith("id@"):
        return ""
    if text.startswith("["):
        return []
    if text.startswith("{"):
        return {}
    return new(text[1:])


def page(data: list[Any], url: str, has_more: bool = False) -> dict[str, Any]:
    """A Stripe list."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


@lru_cache(maxsize=4096)
def alternatives(text: str) -> tuple[str, ...]:
    """The alternatives of a type, without its mark for null. Nested unions stay whole."""
    found, depth, start = [], 0, 0
    text = text.rstrip("?")
    for i, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and text.startswith(" / ", i):
            found.append(text[start:i])
            start = i + 3
    return (*found, text[start:])


def check(kind: str, given: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Read decoded form values by a parameter type: converts numbers and booleans, refuses what is unknown."""
    known = TYPES[kind]
    made = {}
    for key, value in given.items():
        name = f"{path}[{key}]" if path else key
        if key not in known:
            raise unknown_parameter(name)
        made[key] = read(known[key].lstrip("!"), value, name)
    for key, text in known.items():
        if text.startswith("!") and key not in made:
            name = f"{path}[{key}]" if path else key
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return made


def read(text: str, value: Any, name: str) -> Any:
    """One form value as one of the alternatives of its type."""
    problem: ApiError | None = None
    for choice in sorted(alternatives(text), key=_eagerness):
        try:
            return _read_one(choice, value, name)
        except ApiError as error:
            problem = problem if problem and problem.fields.get("code") == "parameter_unknown" else error
    raise problem or invalid(f"Invalid value for {name}", name)


def _eagerness(choice: str) -> int:
    order = {"''": 0, "int": 1, "bool": 1, "float": 2, "str": 9, "any": 9}
    return order.get(choice, 3)


def _read_one(choice: str, value: Any, name: str) -> Any:
    if choice.startswith("@"):
        return check(choice[1:], _expect(value, dict, name, "object"), name)
    if choice.startswith("["):
        return _read_list(choice[1:-1], value, name)
    if choice.startswith("{"):
        inner = choice[1:-1]
        return {k: read(inner, v, f"{name}[{k}]") for k, v in _expect(value, dict, name, "hash").items()}
    if choice == "any":
        return value
    return _read_text(choice, _expect(value, str, name, choice), name)


def _expect(value: Any, kind: type, name: str, word: str) -> Any:
    if not isinstance(value, kind):
        raise invalid(f"Invalid {word} for {name}", name)
    return value


def _read_list(inner: str, value: Any, name: str) -> list[Any]:
    if isinstance(value, dict) and all(key.isdigit() for key in value):
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list):
        raise invalid("Invalid array", name)
    return [read(inner, item, f"{name}[{i}]") for i, item in enumerate(value)]


def _read_text(choice: str, value: str, name: str) -> Any:
    if choice == "str" or choice.startswith("id@"):
        return value
    if choice == "''" and value == "":
        return ""
    if choice == "bool" and value in ("true", "false"):
        return value == "true"
    if choice == "int" and value.removeprefix("-").isdecimal():
        return int(value)
    if choice in ("float", "decimal"):
        return _number(choice, value, name)
    if choice.startswith("enum("):
        allowed = choice[5:-1].split("|")
        if value in allowed:
            return value
        raise invalid(f"Invalid {name}: must be one of {', '.join(allowed)}", name)
    words = {"bool": "boolean", "int": "integer"}
    raise invalid(
        f"Invalid {words.get(choice, 'value')}: {value}", name, f"parameter_invalid_{words.get(choice, 'value')}"
    )


def _number(choice: str, value: str, name: str) -> Any:
    try:
        number = float(value)
    except ValueError:
        raise invalid(f"Invalid decimal: {value}", name) from None
    return value if choice == "decimal" else number
