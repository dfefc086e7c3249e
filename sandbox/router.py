"""Which function answers which path. Handlers register themselves with `api` and `page`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with {names}; `params` names the SDK's parameter type for API routes."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    params: str = ""


API_ROUTES: list[Route] = []
PAGE_ROUTES: list[Route] = []


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")


def api(method: str, path: str, params: str = "") -> Callable[[Handler], Handler]:
    """Register a function `(call, **path names) -> object` under /v1."""

    def register(handler: Handler) -> Handler:
        API_ROUTES.append(Route(method, _pattern("/v1" + path), handler, params))
        return handler

    return register


def page(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a function `(request, **path names) -> Response` for people or for the control API."""

    def register(handler: Handler) -> Handler:
        PAGE_ROUTES.append(Route(method, _pattern(path), handler))
        return handler

    return register


def find(routes: list[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The first route for this method and path, with the names in the path."""
    for route in routes:
        if route.method == method and (match := route.pattern.match(path)):
            return route, match.groupdict()
    return None
