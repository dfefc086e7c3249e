"""Registries: the lower floor owns the list, upper floors add to it in `AppConfig.ready()`.

Duplicates are refused at start, so two apps cannot quietly replace each other's entry.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth.models import AbstractBaseUser

from ground.money import Money
from ground.search import Answer, SearchQuery, Suggestion


class Keyed(Protocol):
    """Anything with a key that is unique in its registry."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class Registry(Generic[T]):
    """Entries by key, iterated by (order, key)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, T] = {}

    def register(self, entry: T) -> T:
        """Add an entry. Raises `ValueError` when the key is taken."""
        if entry.key in self._entries:
            raise ValueError(f"{self.name}: {entry.key!r} is registered twice.")
        self._entries[entry.key] = entry
        return entry

    def get(self, key: str) -> T | None:
        """The entry, or None."""
        return self._entries.get(key)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._entries.values(), key=lambda e: (getattr(e, "order", 50), e.key)))


@dataclass(frozen=True)
class AccountPanel:
    """A card on the account home. `context(user)` answers the template's context, or None to leave the card out."""

    key: str
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice. `template` is a folder with subject.txt, body.txt, body.html and line.html (in-app).

    `refusable`: nobody needs it, so everybody may refuse it, in the account or by `leave_url` in its letter.
    `waits`: its letter goes out so much later, and only if the notice was not read and `still(notice)` says yes then;
    to refuse such a kind is to refuse its letter, the line in the app stays.
    `letter_only`: it is never a line in the app, so nothing but letters can be refused of it.
    """

    key: str
    label: Any
    template: str
    mail: bool = True
    refusable: bool = False
    order: int = 50
    waits: timedelta | None = None
    still: Callable[[Any], bool] | None = None
    letter_only: bool = False


@dataclass(frozen=True)
class SearchSource:
    """A source of the site search. It puts the asker's rights into its own query. `suggest` answers while typing."""

    key: str
    label: Any
    search: Callable[[SearchQuery], Answer]
    suggest: Callable[[SearchQuery], list[Suggestion]] | None = None
    order: int = 50


@dataclass(frozen=True)
class Offer:
    """A price at which a tier can be had. `interval` is `month`, `quarter`, `year` or `once`; `url` begins the joining.

    `trial_days` are free before the first charge, for those who never had one. `change_url` leads whoever pays for
    another tier to what the change would cost; empty: as `url`.
    """

    tier_key: str
    price: Money
    interval: str
    lookup_key: str
    url: str = ""
    trial_days: int = 0
    change_url: str = ""


@dataclass(frozen=True)
class OffersProvider:
    """Answers what the given tiers cost: `{tier_key: [Offer, …]}`, cheapest first.

    `ways()` answers other ways to a seat, for below the tiers: `[(words, url), …]`; `bound(account)` the currency in which
    the account pays already, empty when it may choose.
    """

    key: str
    offers: Callable[[Sequence[str]], dict[str, list[Offer]]]
    ways: Callable[[], Sequence[tuple[Any, str]]] = tuple
    bound: Callable[[Any], str] = lambda account: ""
    order: int = 50


@dataclass(frozen=True)
class ExportSection:
    """What a person gets of one part when they take their data along. `models`: labels that it covers."""

    key: str
    label: Any
    models: tuple[str, ...]
    collect: Callable[[Any], list[dict[str, Any]]]
    order: int = 50


@dataclass(frozen=True)
class ErasureStep:
    """What happens to one part when an account is erased. `models`: labels that it covers."""

    key: str
    models: tuple[str, ...]
    erase: Callable[[Any], None]
    order: int = 50


@dataclass(frozen=True)
class SubjectCard:
    """A thing of another app as a card: enough to show and to link it."""

    key: str
    title: str
    url: str
    summary: str = ""
    image_url: str = ""
    kicker: str = ""


@dataclass(frozen=True)
class SubjectKind:
    """Resolves ids of one kind: `resolve(ids, language, user)` leaves out what that user must not know of."""

    key: str
    resolve: Callable[[Sequence[str], str, Any], dict[str, SubjectCard]]


@dataclass(frozen=True)
class AddressKind:
    """Addresses of one part of the house: `subject_of(path)` answers the subject key of the thing at a path (with its
    language, `/en/boxes/`), None where nothing of its own stands. It asks no right: whoever shows the thing does."""

    key: str
    subject_of: Callable[[str], str | None]
    order: int = 50


@dataclass(frozen=True)
class ReportedThing:
    """A reported thing as it stood: what moderators judge."""

    key: str
    author: AbstractBaseUser | None
    text: str
    url: str


@dataclass(frozen=True)
class ReportTarget:
    """A kind of thing that people can report."""

    key: str
    resolve: Callable[[str], ReportedThing | None]


@dataclass(frozen=True)
class NavBadge:
    """A count on an item of the dock (`rooms`); one query at most."""

    key: str
    count: Callable[[Any], int]


@dataclass(frozen=True)
class DemoSeed:
    """Demo content of one app; idempotent. `run(step)` calls `step("text")` for each step of progress."""

    key: str
    run: Callable[[Callable[[str], None]], None]
    order: int = 50


@dataclass(frozen=True)
class DueWork:
    """Work found by a sweep: `run(now)` does everything due at that business time and answers how much it did."""

    key: str
    run: Callable[[datetime], int]
    order: int = 50


@dataclass(frozen=True)
class SegmentSource:
    """Circles of people that a letter can go to: `tier:friend` is the circle `friend` of the source `tier`.

    `choices()` answers `[(name, label), …]`. `accounts(name, at)` answers a queryset of account ids, one column, to stand
    inside a larger query; nobody at all for a name that it does not know.
    """

    key: str
    label: Any
    choices: Callable[[], Sequence[tuple[str, Any]]]
    accounts: Callable[[str, datetime], Any]
    order: int = 50


@dataclass(frozen=True)
class OriginCounter:
    """Counts what came of an origin such as `letter:<slug>`: `count(origins)` answers `{origin: number}`, no persons.

    `count(origins, since, until)` counts only what came in that time, its end outside; None is open.
    """

    key: str
    label: Any
    count: Callable[..., dict[str, int]]
    order: int = 50


@dataclass(frozen=True)
class StaffColumn:
    """A column of the staff's list of members and of its CSV.

    `values(account_ids)` answers `{account id: text, number, moment or None}` for one page's ids in one query; an id that
    is missing has an empty cell. `sort` names an indexed field of the account by which the list can be ordered; empty:
    not by this column. `shown` is False for a column that only the CSV has until somebody chooses it.
    """

    key: str
    label: Any
    values: Callable[[Collection[int]], Mapping[int, Any]]
    sort: str = ""
    shown: bool = True
    order: int = 50


@dataclass(frozen=True)
class MemberFilter:
    """A filter of the staff's list of members.

    `choices()` answers `[(value, label), …]`; None instead of a function: the value is typed, as `kind` says (`text`,
    `date` in ISO form, `number`). `accounts(value, at)` answers a queryset of account ids, one column, to stand inside a
    larger query (`pk__in`), or a `Q` about the account, which is quicker where it can be asked account by account
    (`Exists` with `OuterRef("pk")`); nobody for a value that it does not know; it never raises for what a person typed.
    """

    key: str
    label: Any
    accounts: Callable[[str, datetime], Any]
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    kind: str = "choice"
    order: int = 50


@dataclass(frozen=True)
class MemberActivity:
    """What an account did or what was done to it, for staff: `entries(account, limit)` answers the newest `limit` as
    `[(aware moment, text, url or ""), …]`, newest first, in a constant number of queries."""

    key: str
    label: Any
    entries: Callable[[Any, int], Sequence[tuple[datetime, str, str]]]
    order: int = 50


@dataclass(frozen=True)
class MemberLink:
    """Where else staff find an account: `links(account)` answers `[(text, url), …]` for the member's page."""

    key: str
    links: Callable[[Any], Sequence[tuple[str, str]]]
    order: int = 50


account_panels: Registry[AccountPanel] = Registry("account panels")
notice_kinds: Registry[NoticeKind] = Registry("notice kinds")
search_sources: Registry[SearchSource] = Registry("search sources")
offers_providers: Registry[OffersProvider] = Registry("offers providers")
export_sections: Registry[ExportSection] = Registry("export sections")
erasure_steps: Registry[ErasureStep] = Registry("erasure steps")
subject_kinds: Registry[SubjectKind] = Registry("subject kinds")
address_kinds: Registry[AddressKind] = Registry("address kinds")
report_targets: Registry[ReportTarget] = Registry("report targets")
nav_badges: Registry[NavBadge] = Registry("navigation badges")
demo_seeds: Registry[DemoSeed] = Registry("demo seeds")
due_work: Registry[DueWork] = Registry("due work")
segments: Registry[SegmentSource] = Registry("segments")
origin_counters: Registry[OriginCounter] = Registry("origin counters")
staff_columns: Registry[StaffColumn] = Registry("staff columns")
member_filters: Registry[MemberFilter] = Registry("member filters")
member_activities: Registry[MemberActivity] = Registry("member activities")
member_links: Registry[MemberLink] = Registry("member links")


def resolve_subjects(keys: Iterable[str], language: str, account: Any = None) -> dict[str, SubjectCard]:
    """Cards for subject keys (`story:<uuid>`); one call per kind. Unknown kinds and hidden things are left out."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        kind, _, ident = key.partition(":")
        by_kind.setdefault(kind, []).append(ident)
    found: dict[str, SubjectCard] = {}
    for kind, ids in by_kind.items():
        resolver = subject_kinds.get(kind)
        if resolver:
            found.update(resolver.resolve(ids, language, account))
    return found


def subject_of_address(path: str) -> str | None:
    """The subject key of what stands at a path of ours, None for what is no such thing."""
    return next((found for kind in address_kinds if (found := kind.subject_of(path))), None)
