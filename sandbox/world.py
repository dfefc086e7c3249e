"""The running sandbox: configuration, state and time, handed to everything that acts."""

import json
import secrets
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox import shapes
from sandbox.errors import missing
from sandbox.store import Object, Store

if TYPE_CHECKING:
    from sandbox.clock import Engine
    from sandbox.sender import Sender

DEFAULT_CLOCK = "clock_default"
_LETTERS = string.ascii_letters + string.digits
Plain = TypeVar("Plain", bound=Object | list[Object])
Rule = Callable[["World", Object], int | None]
Work = Callable[["World", Object], Object | None]
# What is due when, and what is then done, by kind of object: the engine asks these; resources register.
DUE: dict[str, Rule] = {}
WORK: dict[str, Work] = {}


@dataclass(frozen=True, slots=True)
class Config:
    """How this sandbox was started. Urls have no trailing slash except the webhook's, which is kept as given."""

    state: str
    public_url: str
    webhook_url: str = ""
    webhook_secret: str = "whsec_sandbox"  # noqa: S105
    key: str = "sk_test_sandbox"
    product_url: str = ""
    flush_seconds: float = 120.0
    clock_answer_seconds: float = 120.0


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh id in Stripe's manner."""
    return prefix + "_" + "".join(secrets.choice(_LETTERS) for _ in range(length))


class World:
    """Everything a handler needs. Changes happen inside `with world.store.write():`."""

    sender: "Sender"
    engine: "Engine"

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store = Store(config.state)
        self.wake = threading.Event()
        self.request = threading.local()
        self.closing = threading.Event()
        self.store.committed = self.wake.set
        with self.store.write():
            if self.store.setting("born") is None:
                self.store.set("born", int(time.time()))
            self.store.run("DELETE FROM answers WHERE made<?", time.time() - 86_400)  # Stripe keeps keys for a day, too

    # time

    def now(self, clock: str = DEFAULT_CLOCK) -> int:
        """The time on a clock, in seconds. While the engine works off a due moment, that moment."""
        moments = getattr(self.request, "moments", None)
        if moments and clock in moments:
            return moments[clock]
        if clock == DEFAULT_CLOCK:
            frozen = self.store.setting("clock.frozen")
            return int(frozen) if frozen is not None else int(time.time() + self.store.setting("clock.offset", 0))
        found = self.store.get(clock)
        if found is None:
            raise missing("test_clock", clock)
        return found["frozen_time"]

    @contextmanager
    def at(self, clock: str, moment: int) -> Iterator[None]:
        """In this thread, that clock shows `moment`."""
        before = dict(getattr(self.request, "moments", {}))
        self.request.moments = {**before, clock: moment}
        try:
            yield
        finally:
            self.request.moments = before

    @contextmanager
    def silence(self) -> Iterator[None]:
        """In this thread, what happens makes no events."""
        self.request.silent = True
        try:
            yield
        finally:
            self.request.silent = False

    @property
    def silent(self) -> bool:
        """True inside `silence`."""
        return getattr(self.request, "silent", False)

    # objects

    def make(self, kind: str, prefix: str, clock: str, **values: Any) -> Object:
        """A new object with id, created and livemode; not yet stored."""
        fields = shapes.TYPES[kind]
        start: Object = {"id": new_id(prefix)}
        if "created" in fields:
            start["created"] = self.now(clock)
        return shapes.new(kind, **{**start, **values})

    def save(self, thing: Object, clock: str | None = None, hidden: Object | None = None, parent: str = "") -> Object:
        """Store an object. The clock is needed the first time only."""
        clock = clock or self.store.clock_of(thing["id"]) or DEFAULT_CLOCK
        self.store.put(thing, clock, parent or parent_of(thing), hidden)
        if rule := DUE.get(thing["object"]):  # it may look at what was just stored
            self.store.run("UPDATE objects SET due=? WHERE id=?", rule(self, thing), thing["id"])
        return thing

    def need(self, key: Any, kind: str, param: str = "id") -> Object:
        """The object of this kind with this id, or Stripe's 404."""
        found = self.store.get(key) if isinstance(key, str) and key else None
        if found is None or found["object"] != kind:
            raise missing(kind.rpartition(".")[2].replace("_", " "), str(key), param)
        if kind == "customer" and found["deleted"] and param == "customer":  # named by a call, not held by an object
            raise missing("customer", str(key), param)
        return found

    def clock_of(self, thing: Object) -> str:
        """The id of the clock that this object lives on."""
        return self.store.clock_of(thing["id"]) or DEFAULT_CLOCK


def parent_of(thing: Object) -> str | None:
    """The id by which an object is looked up beside its own: an invoice's subscription, a line's session."""
    kind = thing["object"]
    if kind == "invoice":
        details = (thing.get("parent") or {}).get("subscription_details") or {}
        return details.get("subscription")
    field = {
        "price": "product", "invoice_payment": "invoice", "charge": "payment_intent", "refund": "payment_intent",
        "price.lookup": "lookup_key", "invoiceitem": "invoice", "promotion_code": "code", "event": "type",
        "subscription_schedule": "subscription", "dispute": "charge", "credit_note": "invoice",
    }.get(kind)  # fmt: skip
    value = thing.get(field) if field else None
    return value if isinstance(value, str) else None


def copy(thing: Plain) -> Plain:
    """A deep copy of plain data."""
    return json.loads(json.dumps(thing))
