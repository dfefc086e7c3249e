"""The notices door: everything that the house tells a person leaves through `notify`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from accounts import mails, refusing
from accounts.models import Notice, User
from ground import registry

AT_ONCE = 200
_silent: ContextVar[bool] = ContextVar("silent", default=False)


@dataclass(frozen=True)
class Way:
    """Another way than a letter. `take(notice)` is called in the transaction in which its letter would be written: it writes
    rows of due work, never anything slow; what it is refused is its own matter."""

    key: str
    take: Callable[[Notice], object]
    order: int = 50


ways: registry.Registry[Way] = registry.Registry("ways of notices")


class UnknownNotice(LookupError):
    """A kind that no app registered."""


@contextmanager
def silence() -> Iterator[None]:
    """Nobody is told of what happens inside: history that is written down long after it happened."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


@transaction.atomic
def notify(
    *, account: User, kind: str, subject_key: str = "", context: dict[str, Any] | None = None, dedupe: str = ""
) -> Notice | None:
    """Tell an account something, in the app and by mail, in the caller's transaction.

    `dedupe` names the occasion (an invoice, a cycle): the same kind and occasion is told once, and a repeat answers
    None, and so does silence. `context` must be JSON: it is kept with the notice. Raises `UnknownNotice`.
    """
    known = registry.notice_kinds.get(kind)
    if known is None:
        raise UnknownNotice(kind)
    if _silent.get():
        return None
    if known.refusable and not known.waits and refusing.refused(account, kind):
        return None
    now = timezone.now()
    notice, new = Notice.objects.get_or_create(
        account=account,
        kind=kind,
        dedupe=dedupe or now.isoformat(),
        defaults={"subject_key": subject_key, "context": context or {}, "created_at": now,
                  "letter_at": now + known.waits if known.waits else None},
    )  # fmt: skip
    if not new:
        return None
    if not known.waits:
        _go_out(notice, known)
    return notice


def _go_out(notice: Notice, known: registry.NoticeKind) -> int:
    """Its moment has come: every way takes it, the letter last; answers how many letters that was."""
    for way in ways:
        way.take(notice)
    if not known.mail or (known.refusable and refusing.refused(notice.account, known.key)):
        return 0
    _write(notice, known)
    return 1


def _write(notice: Notice, known: registry.NoticeKind) -> None:
    account = notice.account
    if not account.is_active:
        return
    leave = refusing.link(account, known.key) if known.refusable else ""
    context = {**notice.context, "account": account, "leave_url": leave}
    mails.post(to=account.email, template=known.template, context=context, language=account.language, leave_url=leave)


def write_waiting(now: datetime | None = None) -> int:
    """Letters whose waiting is over by real time: written if they are still worth it; answers how many were."""
    due = Notice.objects.filter(letter_at__lte=timezone.now()).order_by("letter_at").values_list("pk", flat=True)
    return sum(_write_waiting(pk) for pk in list(due[:AT_ONCE]))


@transaction.atomic
def _write_waiting(pk: int) -> int:
    """The letter and the mark that it is done are one commit: a worker that dies writes it again or not at all."""
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
    notice = rows.filter(pk=pk, letter_at__isnull=False).first()
    if notice is None:
        return 0
    known = registry.notice_kinds.get(notice.kind)
    Notice.objects.filter(pk=pk).update(letter_at=None)
    if known is None or notice.read_at is not None or (known.still is not None and not known.still(notice)):
        return 0
    return _go_out(notice, known)


def line(notice: Notice, language: str) -> str:
    """The notice as a line of HTML in the reader's language; empty when its kind is gone."""
    known = registry.notice_kinds.get(notice.kind)
    if known is None:
        return ""
    with override(language):
        return render_to_string(f"{known.template}/line.html", {**notice.context, "notice": notice})
