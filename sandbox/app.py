"""The WSGI application: the API, the pages, the control API."""

import logging
from collections.abc import Callable
from typing import Any

from sandbox import api, pages, resources, router
from sandbox.clock import Engine
from sandbox.errors import ApiError
from sandbox.sender import Sender
from sandbox.web import STATUS, Dropped, Request, Response
from sandbox.world import Config, World

log = logging.getLogger("sandbox")
__all__ = ["Sandbox", "pages", "resources"]


class Sandbox:
    """The world with its threads, as a WSGI application."""

    def __init__(self, config: Config) -> None:
        self.w = World(config)
        self.w.sender = Sender(self.w)
        self.w.engine = Engine(self.w, self.w.sender)

    def start(self) -> None:
        """Begin to deliver events and to follow time."""
        self.w.sender.start()
        self.w.engine.start()

    def stop(self) -> None:
        """End the threads; what is under way is taken up again at the next start."""
        self.w.closing.set()
        self.w.wake.set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        request = Request(environ)
        request.world = self.w
        response = self.answer(request)
        start_response(f"{response.status} {STATUS.get(response.status, 'Unknown')}", response.head())
        return [response.body]

    def answer(self, request: Request) -> Response:
        """The response to any request."""
        if request.path.startswith("/v1/"):
            return api.answer(self.w, request)
        method = "GET" if request.method == "HEAD" else request.method
        found = router.find(router.PAGE_ROUTES, method, request.path)
        try:
            if found is None:
                return pages.look.not_found(request)
            return found[0].handler(request, **found[1])
        except ApiError as error:
            if request.path.startswith("/_control/"):
                return Response.json(error.body(), error.status)
            return pages.look.problem(request, error.status, str(error))
        except Dropped:
            raise
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            return pages.look.problem(request, 500, "The sandbox stumbled. Its terminal says more.")
