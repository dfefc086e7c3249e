"""The one question: may this account do this, now?

Every surface asks here: page, block, feed, search, room, checkout, mail. Deny by default. One query per request: all
grants of the account are read once and kept on the account object of that request. A right whose money is missing stands
for the days of grace (`membership/grace.py`) and says so: `Answer.overdue`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ground import clock
from membership import grace
from membership import keys as known_keys
from membership.grace import Grace
from membership.models import EntitlementGrant


class Why(StrEnum):
    """Why the answer is what it is."""

    PUBLIC = "public"
    GRANTED = "granted"
    ANONYMOUS = "anonymous"
    NONE = "none"
    ENDED = "ended"
    NOT_YET = "not yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """`until` is when the right ends (None: open end, or not allowed); `ended` when a right that was there ended.

    `overdue` is since when money is missing behind the right: all of what holds it, or what it ended by.
    """

    allowed: bool
    why: Why
    until: datetime | None = None
    ended: datetime | None = None
    overdue: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One right as the ledger has it: key, start, end (None: open; grace has been counted in), missing money."""

    key: str
    starts: datetime
    ends: datetime | None
    overdue: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """True while the right stands; the end itself is outside."""
        return self.starts <= at and (self.ends is None or at < self.ends)


def check(account: Any, key: str, at: datetime | None = None) -> Answer:
    """May this account (None or anonymous: a visitor) do what `key` names, at that business moment (default: now)?"""
    if not known_keys.known(key):
        return Answer(False, Why.UNKNOWN)
    if key == known_keys.PUBLIC:
        return Answer(True, Why.PUBLIC)
    if not _signed_in(account):
        return Answer(False, Why.ANONYMOUS)
    if key == known_keys.ACCOUNT:
        return Answer(True, Why.GRANTED)
    return judge(_spans(account), key, at or clock.now())


def has(account: Any, key: str, at: datetime | None = None) -> bool:
    """The short form of `check`."""
    return check(account, key, at).allowed


def judge(spans: list[Span], key: str, at: datetime) -> Answer:
    """Pure: the answer for one key from all spans of an account."""
    of_key = [s for s in spans if s.key == key]
    now = [s for s in of_key if s.holds(at)]
    if now:
        ends = [s.ends for s in now if s.ends is not None]
        until = max(ends) if len(ends) == len(now) else None
        return Answer(True, Why.GRANTED, until=until, overdue=_overdue(now))
    past = [(s.ends, s) for s in of_key if s.ends is not None and s.ends <= at]
    if past:
        ended = max(end for end, _ in past)
        return Answer(False, Why.ENDED, ended=ended, overdue=_overdue([s for end, s in past if end == ended]))
    return Answer(False, Why.NOT_YET if of_key else Why.NONE)


def _overdue(spans: list[Span]) -> datetime | None:
    """The latest of missing payments, if each of these rights misses one: whatever is paid for covers the others."""
    missing = [s.overdue for s in spans if s.overdue is not None]
    return max(missing) if missing and len(missing) == len(spans) else None


def keys(account: Any, at: datetime | None = None) -> dict[str, datetime | None]:
    """Every key that the account has now, with its end (None: open). Empty for a visitor."""
    return _held(_spans(account), at or clock.now()) if _signed_in(account) else {}


def keys_fresh(account_id: int, at: datetime | None = None) -> dict[str, datetime | None]:
    """As `keys`, read from the database each time: for long-lived connections and jobs."""
    return _held(_read(account_id), at or clock.now())


def rights(account: Any, at: datetime | None = None) -> dict[str, Answer]:
    """As `keys`, each with the whole answer: for places where missing money matters before the right ends."""
    return _answers(_spans(account), at or clock.now()) if _signed_in(account) else {}


def rights_fresh(account_id: int, at: datetime | None = None) -> dict[str, Answer]:
    """As `rights`, read from the database each time."""
    return _answers(_read(account_id), at or clock.now())


def forget(account: Any) -> None:
    """Drop what is remembered on this account object."""
    account.__dict__.pop("_entitlement_spans", None)


def _held(spans: list[Span], at: datetime) -> dict[str, datetime | None]:
    return {key: answer.until for key, answer in _answers(spans, at).items()}


def _answers(spans: list[Span], at: datetime) -> dict[str, Answer]:
    return {key: judge(spans, key, at) for key in {s.key for s in spans if s.holds(at)}}


def _signed_in(account: Any) -> bool:
    return account is not None and account.is_authenticated and account.is_active


def _spans(account: Any) -> list[Span]:
    found: list[Span] | None = account.__dict__.get("_entitlement_spans")
    if found is None:
        target = account if hasattr(account, "_state") else account._wrapped
        found = target.__dict__["_entitlement_spans"] = _read(account.pk)
    return found


def _read(account_id: int) -> list[Span]:
    grants = EntitlementGrant.objects.filter(account_id=account_id).annotate(**grace.columns())
    rows = grants.values_list("pk", "key", "starts", "ends", "overdue_since", "tier__rights__key", *grace.COLUMNS)
    spans: dict[tuple[int, str], Span] = {}
    for pk, key, starts, ends, overdue, right, *days in rows:
        for one in (key, right):
            if one:
                spans[pk, one] = Span(one, starts, Grace(*days).ends(one, ends, overdue), overdue)
    return list(spans.values())
