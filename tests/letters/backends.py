"""A mail server with moods, as a Django e-mail backend that runs in the test's own process."""

import smtplib
from collections.abc import Callable
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Killed(BaseException):
    """As a machine without power: nothing of ours may catch it."""


class Post:
    """What the server took, and what it does with the next mail: one for all connections."""

    taken: list[Any] = []
    moods: dict[int, Callable[[], None]] = {}
    refuses_connection: bool = False
    bad: dict[str, int] = {}
    before: Callable[[Any], None] | None = None
    calls = 0

    @classmethod
    def fresh(cls) -> None:
        cls.taken, cls.moods, cls.refuses_connection, cls.bad, cls.before, cls.calls = [], {}, False, {}, None, 0

    @classmethod
    def addresses(cls) -> list[str]:
        return [mail.to[0].rpartition("<")[2].rstrip(">") for mail in cls.taken]


class MoodyBackend(BaseEmailBackend):
    """Takes mails one by one; `Post.moods[n]` happens after the n-th call took its mail, `-n` before it is taken."""

    def open(self) -> bool:
        if Post.refuses_connection:
            raise ConnectionRefusedError("nobody there")
        return True

    def send_messages(self, email_messages: Any) -> int:
        for mail in email_messages:
            Post.calls += 1
            if Post.before:
                Post.before(mail)
            Post.moods.get(-Post.calls, lambda: None)()
            address = mail.to[0].rpartition("<")[2].rstrip(">")
            if code := Post.bad.get(address):
                raise smtplib.SMTPRecipientsRefused({address: (code, b"no")})
            Post.taken.append(mail)
            Post.moods.get(Post.calls, lambda: None)()
        return len(email_messages)


def dies() -> None:
    raise Killed


def vanishes() -> None:
    raise smtplib.SMTPServerDisconnected("connection lost")


def refuses() -> None:
    raise smtplib.SMTPSenderRefused(451, b"not now", "hello@localhost")
