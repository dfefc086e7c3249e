"""Write sandbox/shapes.json from the types of the installed Stripe SDK.

Run by hand when the SDK is raised: ``python -m sandbox.tools.make_shapes``. The sandbox itself never
imports the SDK; a test compares the checked-in file with what this module makes.

Grammar of a type, as text: ``str int float bool any`` · ``enum(a|b)`` · ``@Class`` an object ·
``id@Class`` an id that may be expanded · ``[T]`` a list · ``{T}`` a map · ``list@Class`` a Stripe list ·
``''`` the empty string that clears · alternatives joined by `` / `` · a trailing ``?`` means nullable · a leading ``!`` means
a parameter that must be given.
"""

import ast
import importlib
import inspect
import json
import sys
import types
import typing
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import stripe
from stripe._list_object import ListObject
from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject, UntypedStripeObject

RESOURCES = (
    "Account", "BalanceTransaction", "Charge", "Coupon", "CreditNote", "CreditNoteLineItem", "Customer",
    "CustomerBalanceTransaction", "Discount", "Dispute", "Event", "Invoice", "InvoiceItem", "InvoiceLineItem",
    "InvoicePayment", "LineItem", "PaymentIntent", "PaymentMethod", "Plan", "Price", "Product",
    "PromotionCode", "Refund", "SetupIntent", "Subscription", "SubscriptionItem", "SubscriptionSchedule",
    "WebhookEndpoint", "checkout.Session", "billing_portal.Configuration", "billing_portal.Session",
    "test_helpers.TestClock",
)  # fmt: skip
TARGET = Path(__file__).resolve().parent.parent / "shapes.json"


def find(name: str) -> type:
    """The SDK's class for a name such as ``checkout.Session``."""
    value: Any = stripe
    for part in name.split("."):
        value = getattr(value, part)
    return value


def label(cls: type) -> str:
    """The name of a class in the file: its package below ``stripe`` and its qualified name."""
    module = cls.__module__.split(".")[1:-1]
    return ".".join([*(p for p in module if not p.startswith("_") and p != "params"), cls.__qualname__])


@lru_cache(maxsize=2000)
def names_of(name: str) -> dict[str, Any]:
    """Everything an annotation in this module may name, with the imports that only type checkers make."""
    module = sys.modules[name]
    names = dict(vars(module))
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for part in node.body:
                if isinstance(part, ast.ImportFrom) and part.module:
                    source = importlib.import_module(part.module)
                    names.update({a.asname or a.name: getattr(source, a.name) for a in part.names})
    return names


def own_fields(cls: type) -> dict[str, Any]:
    """The annotations of a class; of parameters without the options of the SDK's request."""
    own = inspect.get_annotations(cls)
    if issubclass(cls, StripeObject):
        return dict(own)
    return {k: v for k, v in own.items() if k not in RequestOptions.__annotations__}


class Maker:
    """Collects the types reachable from the wanted resources and parameters."""

    def __init__(self) -> None:
        self.types: dict[str, dict[str, str]] = {}
        self.todo: list[type] = []
        self.resources = {find(name) for name in RESOURCES}
        self.top: set[type] = set()

    def add(self, cls: type) -> str:
        """Remember the class as reachable; answers its name."""
        name = label(cls)
        if name not in self.types:
            self.types[name] = {}
            self.todo.append(cls)
        return name

    def run(self) -> None:
        """Work until no class is left."""
        while self.todo:
            cls = self.todo.pop()
            hints = types.new_class("Hints", (), {})
            hints.__annotations__ = own_fields(cls)
            resolved = typing.get_type_hints(hints, names_of(cls.__module__), {}, include_extras=True)
            self.types[label(cls)] = {
                key: self.mark(cls, value) + self.spell(value)
                for key, value in resolved.items()
                if not key.startswith("_") and typing.get_origin(value) is not typing.ClassVar
            }

    def mark(self, cls: type, kind: Any) -> str:
        """``!`` for a parameter that must be given."""
        optional = typing.get_origin(kind) is typing.NotRequired
        return "" if optional or issubclass(cls, StripeObject) else "!"

    def spell(self, kind: Any) -> str:
        """A resolved annotation as text."""
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.NotRequired, typing.Required):
            return self.spell(args[0])
        if origin is typing.Literal:
            return "''" if args == ("",) else "enum(" + "|".join(str(a) for a in args) + ")"
        if origin in (typing.Union, types.UnionType):
            return self.spell_union(args)
        if origin in (list, typing.List):  # noqa: UP006
            return f"[{self.spell(args[0])}]"
        if origin is dict:
            return "{" + self.spell(args[1]) + "}"
        if isinstance(origin, type) and issubclass(origin, ListObject):
            return "list@" + (self.reference(args[0]) if isinstance(args[0], type) else "any")
        if isinstance(origin, type) and issubclass(origin, UntypedStripeObject):
            return "{" + self.spell(args[0]) + "}"
        return self.spell_plain(kind)

    def spell_plain(self, kind: Any) -> str:
        """A type without arguments."""
        simple = {str: "str", int: "int", float: "float", bool: "bool", Decimal: "decimal", Any: "any"}
        if kind in simple:
            return simple[kind]
        if kind is StripeObject or kind is UntypedStripeObject:
            return "{any}"
        if isinstance(kind, type) and (issubclass(kind, StripeObject) or hasattr(kind, "__total__")):
            return "@" + self.reference(kind)
        if isinstance(kind, type) and issubclass(kind, dict):
            return "{any}"
        return "any"

    def spell_union(self, args: tuple[Any, ...]) -> str:
        """A union: nullable, expandable and closed lists of values are recognised."""
        nullable = type(None) in args
        args = tuple(a for a in args if a is not type(None))
        objects = [a for a in args if isinstance(a, type) and issubclass(a, StripeObject)]
        if objects and str in args:
            text = "id@" + self.reference(objects[0])
        else:
            parts = [self.spell(a) for a in args]
            if any(p.startswith("enum(") for p in parts):
                parts = [p for p in parts if p != "str"]
            text = " / ".join(dict.fromkeys(parts))
        return text + ("?" if nullable else "")

    def reference(self, cls: type) -> str:
        """The name of a class, walked into when it is ours to make (nested, a parameter or wanted)."""
        is_resource = hasattr(cls, "OBJECT_NAME")
        if is_resource and cls not in self.resources:
            return label(cls)
        return self.add(cls)


def parameter_class(name: str) -> type:
    """The SDK's class of parameters, ``checkout.SessionCreateParams`` or ``ProductCreateParams``."""
    package, _, bare = name.rpartition(".")
    module = importlib.import_module("stripe.params" + (f".{package}" if package else ""))
    return getattr(module, bare)


def make() -> dict[str, Any]:
    """The whole content of shapes.json."""
    from sandbox import resources  # registers the routes
    from sandbox.router import API_ROUTES

    assert resources

    maker = Maker()
    for name in RESOURCES:
        maker.add(find(name))
    for route in API_ROUTES:
        if route.params:
            maker.add(parameter_class(route.params))
    maker.run()
    objects = {getattr(find(name), "OBJECT_NAME"): label(find(name)) for name in RESOURCES}  # noqa: B009
    return {
        "api_version": stripe.api_version,
        "objects": dict(sorted(objects.items())),
        "types": dict(sorted(maker.types.items())),
    }


def text() -> str:
    """The file as it is written: one type a line, so that a diff can be read."""
    made = make()
    lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in made["types"].items()]
    head = json.dumps({k: v for k, v in made.items() if k != "types"}, indent=0)[:-2]
    return head + ',\n"types": {\n' + ",\n".join(lines) + "\n}\n}\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
