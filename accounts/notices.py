"""The notices door: everything that the house tells a person leaves through `notify`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from accounts import mails, refusing
from accounts.models import Notice, User
from ground import registry

_silent: ContextVar[bool] = ContextVar("silent", default=False)


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
    if known.refusable and refusing.refused(account, kind):
        return None
    now = timezone.now()
    notice, new = Notice.objects.get_or_create(
        account=account,
        kind=kind,
        dedupe=dedupe or now.isoformat(),
        defaults={"subject_key": subject_key, "context": context or {}, "created_at": now},
    )
    if not new:
        return None
    if known.mail and account.is_active:
        leave = refusing.link(account, kind) if known.refusable else ""
        context = {**(context or {}), "account": account, "leave_url": leave}
        mails.post(
            to=account.email, template=known.template, context=context, language=account.language, leave_url=leave
        )
    return notice


def line(notice: Notice, language: str) -> str:
    """The notice as a line of HTML in the reader's language; empty when its kind is gone."""
    known = registry.notice_kinds.get(notice.kind)
    if known is None:
        return ""
    with override(language):
        return render_to_string(f"{known.template}/line.html", {**notice.context, "notice": notice})
