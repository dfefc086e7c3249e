"""Whole lives of customers at past moments, without events: for demos with a history.

A life is a list of ordinary API calls, each with its moment. It is led on a clock of its own, through every due moment on
the way, and laid on the default clock at the end: renewals, retries and ends of it are the engine's, as in any other life.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from sandbox import clock, expand, router, shapes
from sandbox.api import Call
from sandbox.errors import invalid
from sandbox.store import Object
from sandbox.world import DEFAULT_CLOCK, World, copy

MOST = 200
PAPERS = ("invoice", "refund")
TOLD_BY = ("status", "cancel_at", "ended_at", "pause_collection", "schedule", "discounts")


def once(w: World, given: Object) -> list[Object]:
    """`load` for the control API. With a key it is done once: whoever lost the answer gets the same one again."""
    lives, key = given.get("lives"), f"lives:{given['key']}" if given.get("key") else ""
    if not isinstance(lives, list) or len(lives) > MOST:
        raise invalid(f"lives is a list of at most {MOST}.", "lives")
    with w.store.write():
        found = w.store.rows("SELECT body FROM answers WHERE key=?", key) if key else []
        if found:
            return list(json.loads(found[0][0]))
        answer = load(w, lives, [str(path) for path in given.get("expand") or []])
        if key:
            w.store.run("INSERT INTO answers VALUES (?,'',200,?,?)", key, json.dumps(answer), time.time())
        return answer


def load(w: World, lives: list[Any], paths: list[str]) -> list[Object]:
    """Lead these lives up to now, all or none. Answers for each a diary (its subscriptions whenever they changed, with
    `paths` expanded), what the named calls answered, and its papers (invoices, refunds)."""
    with w.store.write(), w.silence():
        return [Life(w, given, paths).lead() for given in lives]


class Life:
    """One customer's calls, and the clock that they happen on."""

    def __init__(self, w: World, given: Any, paths: list[str]) -> None:
        self.w, self.paths = w, paths
        self.calls = _checked(w, given)
        self.aside = bool(given.get("aside"))
        self.named: Object = {}
        self.seen: dict[str, tuple[str, str]] = {}
        self.diary: list[Object] = []
        made = w.make("test_helpers.TestClock", "clock", DEFAULT_CLOCK, frozen_time=self.calls[0]["at"], status="ready")
        self.clock: str = w.save(made, made["id"])["id"]

    def lead(self) -> Object:
        """Call after call, and what time does between them; then the rest of the time until now."""
        for call in self.calls:
            self._wait(call["at"])
            with self.w.at(self.clock, call["at"]):
                self._do(call)
                self._note(call["at"])
        now = self.w.now()
        self._wait(now)
        with self.w.at(self.clock, now):
            self._note(now, last=True)
        papers = {kind: self.w.store.find(kind, "clock=?", self.clock) for kind in PAPERS}
        text = json.dumps({"diary": self.diary, "named": self.named, "papers": papers})
        self._settle()
        return json.loads(text.replace(json.dumps(self.clock), "null"))

    def _wait(self, moment: int) -> None:
        while (due := clock.next_due(self.w, self.clock)) is not None and due <= moment:
            clock.run_due(self.w, self.clock, due)
            with self.w.at(self.clock, due):
                self._note(due)

    def _do(self, call: Object) -> None:
        method, _, path = str(self._filled(call["call"])).partition(" ")
        given = self._filled(call.get("with") or {})
        if path == "/v1/customers":
            given["test_clock"] = self.clock
        found = router.find(router.API_ROUTES, method, path)
        if found is None:
            raise invalid(f"There is no {method} {path}.", "call")
        route, names = found
        data = shapes.check(route.params, _texts(given)) if route.params else given
        answer = route.handler(Call(self.w, data, path), **names)
        if call.get("as"):
            self.named[call["as"]] = copy(expand.expand(self.w, answer, data.get("expand") or []))

    def _filled(self, value: Any) -> Any:
        """`{name.field.0}` in texts stands for what an earlier call answered."""
        if isinstance(value, dict):
            return {key: self._filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner) for inner in value]
        if isinstance(value, str) and "{" in value:
            return "".join(self._part(piece, odd=n % 2 == 1) for n, piece in enumerate(_pieces(value)))
        return value

    def _part(self, piece: str, odd: bool) -> str:
        if not odd:
            return piece
        found: Any = self.named
        try:
            for step in piece.split("."):
                found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, ValueError, TypeError):
            raise invalid(f"Nothing is called {piece}.", "call") from None
        return str(found)

    def _note(self, moment: int, last: bool = False) -> None:
        """Write down every subscription that is another than before; at the end whatever is not written yet."""
        for thing in self.w.store.find("subscription", "clock=?", self.clock):
            mark, whole = _mark(thing), json.dumps(thing)
            before = self.seen.get(thing["id"], ("", ""))
            if before[0] != mark or (last and before[1] != whole):
                self.seen[thing["id"]] = (mark, whole)
                self.diary.append({"at": moment, "subscription": expand.expand(self.w, thing, self.paths)})

    def _settle(self) -> None:
        """From now on it lives on the default clock; its own clock never was."""
        run, own = self.w.store.run, json.dumps(self.clock)
        run("DELETE FROM objects WHERE id=?", self.clock)
        run("UPDATE objects SET clock=?, data=replace(data, ?, 'null') WHERE clock=?", DEFAULT_CLOCK, own, self.clock)
        if self.aside:
            ids = list(self.seen)
            marks = ",".join("?" * len(ids))
            run(f"UPDATE objects SET hidden=json_set(hidden, '$.aside', json('true')) WHERE id IN ({marks})", *ids)  # noqa: S608


def _mark(subscription: Object) -> str:
    """What a change has to touch to be written down: a new period alone is none."""
    items = [(item["price"]["id"], item["quantity"]) for item in subscription["items"]["data"]]
    return json.dumps([[subscription[name] for name in TOLD_BY], items])


def _checked(w: World, given: Any) -> list[Object]:
    calls = given.get("calls") if isinstance(given, dict) else None
    if not isinstance(calls, list) or not calls:
        raise invalid('A life has calls: [{at, call: "POST /v1/...", with, as}, ...].', "lives")
    moments = [call.get("at") if isinstance(call, dict) else None for call in calls]
    if not all(isinstance(m, int) for m in moments) or moments != sorted(moments) or moments[-1] > w.now():
        raise invalid("The calls of a life have moments (unix time), in order, none after now.", "lives")
    return calls


def _pieces(text: str) -> Iterator[str]:
    """Plain text and names in braces by turns, beginning with text."""
    for part in text.split("{"):
        inside, closed, after = part.partition("}")
        if closed:
            yield inside
            yield after
        else:
            yield part


def _texts(value: Any) -> Any:
    """JSON as a decoded form has it: texts at its leaves."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
