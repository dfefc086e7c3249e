"""expand[]: ids become objects, fields that Stripe gives only on request are filled."""

from collections.abc import Callable
from typing import Any

from sandbox import shapes
from sandbox.errors import invalid
from sandbox.store import Object
from sandbox.world import World, copy

MAX_LEVELS = 4
# Fields that are null until somebody asks for them.
ON_REQUEST: dict[tuple[str, str], Callable[[World, Object], Any]] = {}


def on_request(kind: str, field: str) -> Callable[[Callable[[World, Object], Any]], Callable[[World, Object], Any]]:
    """Register what fills a field that is only given when it is expanded."""

    def register(function: Callable[[World, Object], Any]) -> Callable[[World, Object], Any]:
        ON_REQUEST[kind, field] = function
        return function

    return register


def expand(w: World, thing: Object, paths: list[str]) -> Object:
    """A copy of the answer with these dotted paths expanded."""
    if not paths:
        return thing
    made = copy(thing)
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_LEVELS:
            raise invalid(f"You cannot expand more than 4 levels of a property. Property: {path}", "expand")
        _follow(w, made, parts, path)
    return made


def _follow(w: World, thing: Any, parts: list[str], path: str) -> None:
    if not parts or thing is None:
        return
    if isinstance(thing, list):
        for item in thing:
            _follow(w, item, parts, path)
        return
    name = parts[0]
    if not isinstance(thing, dict) or name not in thing:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    value = _value(w, thing, name, last=len(parts) == 1, path=path)
    thing[name] = value
    _follow(w, value, parts[1:], path)


def _value(w: World, thing: Object, name: str, last: bool, path: str) -> Any:
    kind, value = thing.get("object", ""), thing[name]
    if value is None and (kind, name) in ON_REQUEST:
        return ON_REQUEST[kind, name](w, thing)
    if isinstance(value, str) and (found := _lookup(w, value)):
        return found
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return [_lookup(w, v) or v for v in value]
    if last and not _expandable(kind, name, value):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    return value


def _lookup(w: World, key: str) -> Object | None:
    from sandbox.resources.clocks import show

    found = w.store.get(key) if "_" in key or len(key) > 3 else None
    return show(w, found["id"]) if found and found["object"] == "test_helpers.test_clock" else found


def _expandable(kind: str, name: str, value: Any) -> bool:
    if isinstance(value, dict | list):
        return True
    text = shapes.TYPES.get(shapes.OBJECTS.get(kind, ""), {}).get(name, "")
    return "id@" in text or text.startswith("list@") or (kind == "" and value is None)
