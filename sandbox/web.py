"""Requests and responses over plain WSGI."""

import base64
import binascii
import html
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from sandbox.errors import ApiError, invalid

if TYPE_CHECKING:
    from sandbox.world import World

MAX_BODY = 1_000_000
MAX_LOAD = 16_000_000  # what the control API takes to load many members at once
STATUS = {
    200: "OK", 204: "No Content", 302: "Found", 303: "See Other", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
    429: "Too Many Requests", 500: "Internal Server Error",
}  # fmt: skip
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'"


class Dropped(Exception):
    """Close the connection without an answer."""


class Request:
    """One HTTP request."""

    world: "World"

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path = unquote(environ.get("PATH_INFO", "/"))
        self.query: str = environ.get("QUERY_STRING", "")
        self._body: bytes | None = None

    def header(self, name: str) -> str | None:
        """A request header."""
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"))

    def body(self) -> bytes:
        """The body, at most MAX_BODY bytes."""
        if self._body is None:
            length = self.environ.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal():
                raise invalid("Invalid Content-Length")
            if int(length) > (MAX_LOAD if self.path == "/_control/load" else MAX_BODY):
                raise ApiError(413, "invalid_request_error", "The request body is too large.")
            self._body = self.environ["wsgi.input"].read(int(length))
        return self._body

    def form_text(self) -> str:
        """The body of a form as text."""
        kind = (self.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
        if self.body() and kind not in ("", "application/x-www-form-urlencoded"):
            raise invalid(f"The API takes form-encoded bodies; this one is {kind or 'of no type'}.")
        try:
            return self.body().decode()
        except UnicodeDecodeError:
            raise invalid("The body is not UTF-8.") from None

    def form(self) -> dict[str, str]:
        """The fields of a page's form; of fields given twice the last."""
        return {k: v[-1] for k, v in parse_qs(self.form_text(), keep_blank_values=True, max_num_fields=200).items()}

    def args(self) -> dict[str, str]:
        """The fields of the query."""
        return {k: v[-1] for k, v in parse_qs(self.query, keep_blank_values=True, max_num_fields=200).items()}

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object."""
        try:
            found = json.loads(self.body() or b"{}")
        except (ValueError, RecursionError):
            raise invalid("The body is not JSON.") from None
        if not isinstance(found, dict):
            raise invalid("The body must be a JSON object.")
        return found

    def basic_user(self) -> str:
        """The user name of basic auth: Stripe takes the key there, too."""
        try:
            text = base64.b64decode((self.header("Authorization") or "").partition(" ")[2], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return text.partition(":")[0]


@dataclass(slots=True)
class Response:
    """One HTTP response."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> "Response":
        """A JSON answer, laid out as Stripe lays it out."""
        text = json.dumps(value, ensure_ascii=False, indent=2)
        return cls(text.encode(), status, "application/json", headers or {})

    @classmethod
    def to(cls, url: str) -> "Response":
        """A redirect after a form."""
        return cls(b"", 303, headers={"Location": url})

    def head(self) -> list[tuple[str, str]]:
        """The headers to send."""
        head = {"Content-Type": self.kind, "Content-Length": str(len(self.body)), "X-Content-Type-Options": "nosniff"}
        if self.kind.startswith("text/html"):
            head |= {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        return list({**head, **self.headers}.items())


def escape(value: Any) -> str:
    """Text as HTML."""
    return html.escape(str(value), quote=True)
