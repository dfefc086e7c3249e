"""Story pages: for a visitor and for a member, beside a bare Django view of the same bytes under the same server.

    python -m benchmarks pages      (DATABASE_URL says on which database; `./run bench` brings PostgreSQL)

The stories are the demo's own. The member reads the lead story whole: two parts of it lie behind the wall.
"""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.load import hammer
from benchmarks.servers import granian

PATH = "/zh-hans/stories/celadon-after-rain/"
EMAIL = "bench-reader@example.com"


def prepare() -> str:
    """Tiers, stories and a member; answers the member's session cookie."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.db import connection

    from accounts.models import User
    from accounts.sessions import SessionStore
    from ground import registry
    from membership.actions import Source, grant

    for key in ("people", "membership", "stories", "community"):
        seed = registry.demo_seeds.get(key)
        assert seed, key
        seed.run(lambda text: None)
    account = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, name="Reader")
    grant(account=account, key="tier:companion", source=Source("bench", "pages"), actor="bench")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    connection.close()
    return str(session.session_key)


def request(cookie: str = "") -> bytes:
    """The raw HTTP request of a reader."""
    sent = f"Cookie: sessionid={cookie}\r\n" if cookie else ""
    return f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n{sent}\r\n".encode()


def body(port: int, cookie: str = "") -> bytes:
    """The page as that reader gets it."""
    headers = {"Host": "localhost"} | ({"Cookie": f"sessionid={cookie}"} if cookie else {})
    with urlopen(Request(f"http://127.0.0.1:{port}{PATH}", headers=headers)) as answer:
        return answer.read()  # type: ignore[no-any-return]


def bare(content: bytes) -> float:
    """Requests a second of a view that answers these bytes and does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "page.html"
        stored.write_bytes(content)
        with granian("benchmarks.bare:application", BARE_BODY=str(stored)) as port:
            hammer(port, [request()], seconds=1)
            measured = hammer(port, [request()])
            assert not measured["bad"], "the bare view must answer every request"
            return float(measured["rps"])


def row(name: str, measured: dict[str, Any], limit: float, wanted: float) -> dict[str, Any]:
    """A row of the table."""
    ratio = measured["rps"] / limit
    return {
        "name": name, "unit": "requests/s", "value": measured["rps"], "limit": round(limit, 1),
        "limit_name": "bare Django view, same bytes and server", "ratio": round(ratio, 3),
        "target": f"{wanted} of it", "ok": ratio >= wanted and not measured["bad"],
    }  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Both rows."""
    cookie = prepare()
    with granian("config.wsgi:application") as port:
        free, whole = body(port), body(port, cookie)
        assert len(whole) > len(free) - 3000, "the member's page should hold the text behind the wall"
        visitor, member = request(), request(cookie)
        for warm in (visitor, member):
            hammer(port, [warm], seconds=1)
        by_visitor, by_member = hammer(port, [visitor]), hammer(port, [member])
    return [
        row("anonymous story", by_visitor, bare(free), 0.5),
        row("member story", by_member, bare(whole), 0.05),
    ]
