"""What a member did and what was done to them, for staff."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Notice, SignIn, StaffVisit
from ground.registry import member_activities, notice_kinds
from membership.models import GrantChange

Entries = list[tuple[datetime, str, str]]


def of(account: Any, limit: int = 60) -> list[dict[str, Any]]:
    """The newest of every source, newest first: `{at, text, url, kind}`. One pass over the registry."""
    found = [
        {"at": at, "text": text, "url": url, "kind": source.label}
        for source in member_activities
        for at, text, url in source.entries(account, limit)
    ]
    return sorted(found, key=lambda entry: entry["at"], reverse=True)[:limit]


def rights(account: Any, limit: int) -> Entries:
    """Changes of grants."""
    rows = GrantChange.objects.filter(grant__account=account).select_related("grant").order_by("-at")[:limit]
    return [(row.at, _right(row), "") for row in rows]


def _right(row: GrantChange) -> str:
    source = f"{row.grant.source_kind}:{row.grant.source_id}"
    words = {"right": row.grant.key, "because": source, "who": row.actor}
    if row.ends is None:
        return _("%(right)s without end, because of %(because)s, by %(who)s") % words
    until = timezone.localtime(row.ends).strftime("%Y-%m-%d %H:%M")
    return _("%(right)s until %(until)s, because of %(because)s, by %(who)s") % {**words, "until": until}


def sign_ins(account: Any, limit: int) -> Entries:
    """Devices that came in."""
    rows = SignIn.objects.filter(account=account).order_by("-created_at")[:limit]
    return [
        (
            r.created_at,
            _("came in: %(device)s") % {"device": ", ".join(p for p in (r.browser, r.system, r.network) if p)},
            "",
        )
        for r in rows
    ]


def visits_made(account: Any, limit: int) -> Entries:
    """Staff who looked in."""
    rows = StaffVisit.objects.filter(account=account).select_related("staff").order_by("-started_at")[:limit]
    return [
        (r.started_at, _("%(who)s looked in: %(why)s") % {"who": r.staff.display_name, "why": r.reason}, "")
        for r in rows
    ]


def told(account: Any, limit: int) -> Entries:
    """Notices, by their kind."""
    rows = Notice.objects.filter(account=account).order_by("-created_at")[:limit]
    return [(r.created_at, str(kind.label) if (kind := notice_kinds.get(r.kind)) else r.kind, "") for r in rows]
