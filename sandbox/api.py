"""The /v1 API: key, parameters, idempotency, the work in one transaction, expansion, the answer."""

import hashlib
import json
import logging
import time
from typing import Any

from sandbox import expand, faults, forms, router, shapes
from sandbox.errors import ApiError, Undone, invalid
from sandbox.store import Object
from sandbox.web import Dropped, Request, Response
from sandbox.world import DEFAULT_CLOCK, World, new_id

log = logging.getLogger("sandbox")


class Call:
    """What a handler gets: the world, its checked parameters and the path that was asked."""

    def __init__(self, w: World, data: dict[str, Any], path: str = "") -> None:
        self.w = w
        self.data = data
        self.path = path

    def now(self, clock: str = DEFAULT_CLOCK) -> int:
        """The time on a clock."""
        return self.w.now(clock)

    def make(self, kind: str, prefix: str, clock: str = DEFAULT_CLOCK, **values: Any) -> Object:
        """A new object of a type."""
        return self.w.make(kind, prefix, clock, **values)

    def lay(self, thing: Object, given: dict[str, Any]) -> None:
        """Put given parameters on the object's fields of the same name; metadata merges, "" clears."""
        for key, value in given.items():
            if key == "metadata":
                thing["metadata"] = merge(thing.get("metadata") or {}, value)
            elif key in thing and key != "expand":
                thing[key] = complete(thing["object"], key, value)


def merge(old: dict[str, str], given: Any) -> dict[str, str]:
    """Metadata after an update: "" removes one key, or all when given instead of the hash."""
    if given == "":
        return {}
    return {k: v for k, v in {**old, **given}.items() if v != ""}


def complete(kind: str, key: str, value: Any) -> Any:
    """A parameter's value as the field it becomes: all fields of a nested type, "" as null."""
    text = shapes.TYPES[shapes.OBJECTS[kind]][key]
    if value == "" and text.endswith("?"):
        return None
    return _fill(text, value)


def _fill(text: str, value: Any) -> Any:
    for choice in shapes.alternatives(text):
        if choice.startswith("@") and isinstance(value, dict) and choice[1:] in shapes.TYPES:
            fields = shapes.TYPES[choice[1:]]
            made = shapes.new(choice[1:])
            for key, inner in value.items():
                if key in fields:
                    empty = None if fields[key].endswith("?") else made[key]
                    made[key] = _fill(fields[key], inner) if inner != "" else empty
            return made
        if choice.startswith("[@") and isinstance(value, list):
            return [_fill(choice[1:-1], item) for item in value]
    return value


def answer(w: World, request: Request) -> Response:
    """The response to a request below /v1."""
    headers = {"Request-Id": new_id("req", 14), "Stripe-Version": shapes.API_VERSION}
    w.request.id, w.request.key = headers["Request-Id"], request.header("Idempotency-Key")
    try:
        check_key(w, request)
        status, body, replayed = _perform(w, request)
        if replayed:
            headers["Idempotent-Replayed"] = "true"
    except ApiError as error:
        status, body = error.status, error.body()
    except Undone as undone:
        status, body = undone.error.status, undone.error.body()
        with w.store.write():
            faults.take(w, "payment")  # its use was taken back with the rest
    except Dropped:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        status, body = 500, ApiError(500, "api_error", "An unknown error occurred in the sandbox.").body()
    finally:
        w.request.id = w.request.key = None
    if key := request.header("Idempotency-Key"):
        headers["Idempotency-Key"] = key
    return Response.json(body, status, headers)


def check_key(w: World, request: Request) -> None:
    """Refuse a request without our key."""
    kind, _, given = (request.header("Authorization") or "").partition(" ")
    if kind.lower() == "basic":
        given = request.basic_user()
    if not given:
        raise ApiError(
            401, "invalid_request_error",
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        )  # fmt: skip
    if given != w.config.key:
        shown = given[:8] + "*" * max(0, len(given) - 12) + given[-4:]
        raise ApiError(401, "invalid_request_error", f"Invalid API Key provided: {shown}")


def _perform(w: World, request: Request) -> tuple[int, Object, bool]:
    found = router.find(router.API_ROUTES, request.method, request.path)
    if found is None:
        text = f"Unrecognized request URL ({request.method}: {request.path})."
        raise ApiError(404, "invalid_request_error", text, code="resource_missing")
    route, names = found
    given = forms.decode(request.query)
    if request.method == "POST":
        given.update(forms.decode(request.form_text()))
    key = request.header("Idempotency-Key") if request.method == "POST" else None
    digest = hashlib.sha256(json.dumps([request.method, request.path, given], sort_keys=True).encode()).hexdigest()
    with w.store.write():
        early = faults.take_api(w, request.method, request.path, before=True)
    faults.strike(early)
    replayed = False
    with w.store.write():
        if key and (stored := _replay(w, key, digest)):
            (status, body), replayed = stored, True
        else:
            data = shapes.check(route.params, given) if route.params else given
            status, body = _work(w, route, Call(w, data, request.path), names)
            if key:
                w.store.run(
                    "INSERT INTO answers VALUES (?,?,?,?,?)", key, digest, status, json.dumps(body), time.time()
                )
        fault = faults.take_api(w, request.method, request.path, before=False)
    faults.strike(fault)
    return status, body, replayed


def _work(w: World, route: router.Route, call: Call, names: dict[str, str]) -> tuple[int, Object]:
    try:
        made = route.handler(call, **names)
        return 200, expand.expand(w, made, call.data.get("expand") or [])
    except ApiError as error:
        if error.kind != "card_error":
            raise
        return error.status, error.body()  # a refused card is a result: what was tried stays recorded


def _replay(w: World, key: str, digest: str) -> tuple[int, Object] | None:
    found = w.store.rows("SELECT digest, status, body FROM answers WHERE key=?", key)
    if not found:
        return None
    if found[0][0] != digest:
        raise ApiError(
            400, "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
        )  # fmt: skip
    return found[0][1], json.loads(found[0][2])


def required(data: dict[str, Any], *names: str) -> None:
    """Refuse parameters that lack one of these."""
    for name in names:
        if data.get(name) in (None, ""):
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
