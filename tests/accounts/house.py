"""A small OpenID Connect house on loopback: discovery, sign-in page, token, userinfo. Whoever knocks is `person`."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "yaji", "a-secret-that-only-the-two-know-0123456789"


class House(ThreadingHTTPServer):
    """Holds who would sign in there."""

    person: dict[str, Any]
    asked: list[dict[str, list[str]]]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Doors(BaseHTTPRequestHandler):
    """The four addresses."""

    server: House

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            at = self.server.issuer
            self._json({"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
                        "userinfo_endpoint": f"{at}/userinfo", "jwks_uri": f"{at}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"]})  # fmt: skip
        elif parts.path == "/authorize":
            asked = parse_qs(parts.query)
            self.server.asked.append(asked)
            back = urlencode({"code": "the-code", "state": asked["state"][0]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?{back}")
            self.end_headers()
        elif parts.path == "/userinfo":
            self._json(self.server.person)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(form)
        right = form["code"] == ["the-code"] and form["client_secret"] == [SECRET] and "code_verifier" in form
        claims = {"iss": self.server.issuer, "aud": CLIENT, "exp": int(time.time()) + 300, "iat": int(time.time())}
        token = jwt.encode({**claims, **self.server.person}, SECRET, algorithm="HS256")
        self._json(
            {"access_token": "t", "token_type": "Bearer", "id_token": token} if right else {"error": "no"},
            200 if right else 400,
        )

    def _json(self, words: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def standing(**person: Any) -> Iterator[House]:
    """The house, open while the block runs."""
    house = House(("127.0.0.1", 0), Doors)
    house.person, house.asked = person, []
    thread = threading.Thread(target=house.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.shutdown()
        house.server_close()
        thread.join()
