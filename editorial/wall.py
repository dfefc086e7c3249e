"""The wall: the one place that decides where a reader's text ends.

A page has an audience, a section inside it has one too. `cut` answers what may be shown and where something is missing;
page, feed, search, JSON-LD and previews all take their text from here, so what is gated leaves the house in no other way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from editorial import holes, kept
from editorial.blocks.body import HEADING
from editorial.reading_time import minutes, remaining
from editorial.units import Section
from membership import entitlements, meter, queries
from membership.keys import ACCOUNT, PUBLIC

FREE_UNITS = 3  # of a page that is gated as a whole, at most, and never beyond its first heading

May = Callable[[str], bool]


class Cuttable(Protocol):
    """What the wall needs to know of a unit."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def requires(self) -> str: ...
    @property
    def section(self) -> Section | None: ...
    @property
    def text(self) -> str: ...


U = TypeVar("U", bound=Cuttable)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing here: from which unit on, which right would open it, and how long it takes to read."""

    number: int
    requires: str
    section: Section | None
    minutes: int

    @property
    def anchor(self) -> str:
        """The id of the first hidden unit: whoever joins comes back to that very sentence."""
        return f"p{self.number}"


def for_account(account: Any) -> May:
    """What this account (None: a visitor) may open, by the ledger of rights."""
    return lambda key: entitlements.has(account, key)


def visitor(key: str) -> bool:
    """Feeds, search and everything that has no reader of its own: only what is public."""
    return key == PUBLIC


def everything(key: str) -> bool:
    """An editor's preview as a member."""
    return True


def cut(units: Sequence[U], audience: str, may: May) -> list[U | Gap]:
    """The units that may be shown, in order, with a gap for each run that may not."""
    closed_from = len(units) if may(audience) else _preview_end(units)
    shown: list[U | Gap] = []
    run: list[U] = []
    for unit in units[:closed_from]:
        if may(unit.requires):
            shown += [*_gap(run, ""), unit]
            run = []
        elif run and run[-1].section is not unit.section:
            shown += _gap(run, "")
            run = [unit]
        else:
            run.append(unit)
    return shown + _gap(run, "") + _gap(list(units[closed_from:]), audience)


def _preview_end(units: Sequence[U]) -> int:
    """A gated page shows its first paragraphs, up to the first heading or the first members' section."""
    for position, unit in enumerate(units[:FREE_UNITS]):
        if unit.kind == HEADING or unit.requires:
            return position
    return min(FREE_UNITS, max(0, len(units) - 1))


def _gap(run: Sequence[U], audience: str) -> list[Any]:
    if not run:
        return []
    section = None if audience else run[0].section
    words = " ".join(unit.text for unit in run)
    return [Gap(run[0].number, audience or run[0].requires, section, minutes(words))]


def context(gap: Gap, account: Any, path: str, subject: str) -> dict[str, Any]:
    """What `components/wall.html` shows for a gap: who opens it, at what price, and the way there and back."""
    back = f"{path}#{gap.anchor}"
    signed_in = account is not None and account.is_authenticated
    login = "" if signed_in else f"{reverse('account_login')}?{urlencode({'next': back})}"
    words = {
        "id": gap.anchor,
        "requires": gap.requires,
        "meter": _meter(gap, subject) if signed_in else "",
        "title": (gap.section and gap.section.title) or _("The rest is kept for the table"),
        "text": (gap.section and gap.section.promise) or remaining(gap.minutes),
        "login_url": login,
    }
    if gap.requires == ACCOUNT:
        return words | {
            "tiers": [], "act": _("Make a free account and read on"),
            "join_url": f"{reverse('account_signup')}?{urlencode({'next': back})}",
        }  # fmt: skip
    asked = urlencode({"next": back, "need": gap.requires, "origin": subject})
    return words | {
        "free_reads": 0 if signed_in else kept.get(("free reads",), meter.free_reads),
        "signup_url": f"{reverse('account_signup')}?{urlencode({'next': back})}",
        "tiers": tiers(gap.requires),
        "act": _("Take a seat and read on"),
        "join_url": f"{reverse('membership:join')}?{asked}",
        "footnote": _("Leave whenever you like and keep reading to the end of the period."),
    }


def _meter(gap: Gap, subject: str) -> str:
    """The place for the reader's metered way through, filled at every visit; a free account is no use for it."""
    return holes.mark("meter", f"{subject.removeprefix('story:')}:{gap.anchor}") if gap.requires != ACCOUNT else ""


def tiers(key: str) -> list[dict[str, Any]]:
    """The tiers at the wall, with prices; the same for everybody, so kept."""
    return kept.get(("wall", key, get_language()), lambda: [_tier(t) for t in queries.wall_for(key).tiers])


def _tier(offer: queries.TierOffer) -> dict[str, Any]:
    cheapest = offer.cheapest
    return {
        "name": str(offer.tier.name),
        "note": str(offer.tier.summary),
        "opens": offer.opens,
        "price": cheapest.price if cheapest else None,
        "interval": cheapest.interval if cheapest else "",
    }
