"""A poll on a page, as this reader sees it: to vote, to change the vote, or the result. Its place in the kept page is a hole."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from editorial import kept
from editorial.polls.models import Poll, Vote
from ground import clock
from membership import entitlements


def render(name: str, request: HttpRequest) -> str:
    """The poll with this id for the account of the request; nothing when it is gone. One query once warm."""
    poll = kept.get(("poll", name), lambda: _read(name)) if name.isdigit() else None
    if poll is None:
        return ""
    return render_to_string("components/poll.html", context(poll, request), request)


def _read(name: str) -> Poll | None:
    return Poll.objects.prefetch_related("options").filter(pk=int(name)).first()


def context(poll: Poll, request: HttpRequest) -> dict[str, Any]:
    """What the component takes. Numbers are told to those who have voted, and to everybody once the poll is closed."""
    account = request.user if request.user.is_authenticated else None
    counts, own = _tally(poll, account)
    total = sum(counts.values())
    closed = poll.closed(clock.now())
    back = f"{request.path}#poll-{poll.pk}"
    return {
        "id": f"poll-{poll.pk}",
        "question": poll.question,
        "options": [_option(o, counts.get(o.pk, 0), total, own) for o in poll.options.all()],
        "total": total,
        "closed": closed,
        "closes_at": poll.closes_at,
        "told": closed or own is not None,
        "may_vote": not closed and account is not None and entitlements.has(account, poll.requires),
        "action": reverse("polls:vote", args=[poll.pk]),
        "back": back,
        "way_in": _way_in(poll, account, back),
    }


def _option(option: Any, count: int, total: int, own: int | None) -> dict[str, Any]:
    share = round(100 * count / total) if total else 0
    return {"id": option.pk, "label": option.label, "count": count, "share": share, "own": option.pk == own}


def _tally(poll: Poll, account: Any) -> tuple[dict[int, int], int | None]:
    """Votes by option, and the account's own option: one query."""
    rows = Vote.objects.filter(poll=poll).order_by().values("option").annotate(
        n=Count("pk"), own=Count("pk", filter=Q(account=account))
    )  # fmt: skip
    found = list(rows)
    own = next((row["option"] for row in found if row["own"]), None) if account else None
    return {row["option"]: row["n"] for row in found}, own


def _way_in(poll: Poll, account: Any, back: str) -> str:
    """Where somebody goes who may not vote: to sign in, or to the seats that may."""
    if account is None:
        return f"{reverse('account_login')}?{urlencode({'next': back})}"
    if entitlements.has(account, poll.requires):
        return ""
    return f"{reverse('membership:join')}?{urlencode({'next': back, 'need': poll.requires})}"
