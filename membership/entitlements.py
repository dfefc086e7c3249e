"""The one question: may this account do this, now?

Every surface asks here: page, block, feed, search, room, checkout, mail. Deny by default. One query per request: all
grants of the account are read once and kept on the account object of that request.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ground import clock
from membership import keys as known_keys
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
    """`until` is when the right ends (None: open end, or not allowed); `ended` when a right that was there ended."""

    allowed: bool
    why: Why
    until: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One right as the ledger has it: key, start, end (None: open)."""

    key: str
    starts: datetime
    ends: datetime | None

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
        return Answer(True, Why.GRANTED, until=max(ends) if len(ends) == len(now) else None)
    past = [s.ends for s in of_key if s.ends is not None and s.ends <= at]
    if past:
        return Answer(False, Why.ENDED, ended=max(past))
    return Answer(False, Why.NOT_YET if of_key else Why.NONE)


def keys(account: Any, at: datetime | None = None) -> dict[str, datetime | None]:
    """Every key that the account has now, with its end (None: open). Empty for a visitor."""
    return _held(_spans(account), at or clock.now()) if _signed_in(account) else {}


def keys_fresh(account_id: int, at: datetime | None = None) -> dict[str, datetime | None]:
    """As `keys`, read from the database each time: for long-lived connections and jobs."""
    return _held(_read(account_id), at or clock.now())


def forget(account: Any) -> None:
    """Drop what is remembered on this account object."""
    account.__dict__.pop("_entitlement_spans", None)


def _held(spans: list[Span], at: datetime) -> dict[str, datetime | None]:
    held = {s.key for s in spans if s.holds(at)}
    return {key: judge(spans, key, at).until for key in held}


def _signed_in(account: Any) -> bool:
    return account is not None and account.is_authenticated and account.is_active


def _spans(account: Any) -> list[Span]:
    found: list[Span] | None = account.__dict__.get("_entitlement_spans")
    if found is None:
        target = account if hasattr(account, "_state") else account._wrapped
        found = target.__dict__["_entitlement_spans"] = _read(account.pk)
    return found


def _read(account_id: int) -> list[Span]:
    rows = EntitlementGrant.objects.filter(account_id=account_id).values_list(
        "pk", "key", "starts", "ends", "tier__rights__key"
    )
    spans: dict[tuple[int, str], Span] = {}
    for pk, key, starts, ends, right in rows:
        for one in (key, right):
            if one:
                spans[pk, one] = Span(one, starts, ends)
    return list(spans.values())
