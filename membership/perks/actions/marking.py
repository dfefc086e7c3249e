"""What staff mark, many at once: tried first, recorded together, undone together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from membership.perks.actions.moving import NotAllowed, move
from membership.perks.enums import MARKS, MOVES, State
from membership.perks.models import Marking, Obligation, Perk


@dataclass(frozen=True, slots=True)
class Tried:
    """What a mark would do: rows that would move, and rows that cannot, each with the state that they are in."""

    moves: list[Obligation] = field(default_factory=list)
    stays: list[Obligation] = field(default_factory=list)


def _rows(perk: Perk, ids: Iterable[int]) -> list[Obligation]:
    rows = Obligation.objects.filter(perk=perk, pk__in=list(ids)).select_related("perk", "account")
    return list(rows.order_by("due_on", "pk"))


def try_marks(*, perk: Perk, ids: Sequence[int], to: str) -> Tried:
    """Look without touching. Two queries at most."""
    found = Tried()
    for row in _rows(perk, ids):
        (found.moves if to in MARKS and to in MOVES[row.state] else found.stays).append(row)
    return found


@transaction.atomic
def mark(
    *, perk: Perk, ids: Sequence[int], to: str, actor: str, codes: Mapping[int, str] | None = None
) -> Marking | None:
    """Move what can be moved, as one act; None when nothing could. `codes`: tickets or tracking numbers by id."""
    tried = try_marks(perk=perk, ids=ids, to=to)
    if not tried.moves:
        return None
    marking = Marking.objects.create(actor=actor[:120], at=timezone.now(), perk=perk, to=to)
    moved = 0
    for row in tried.moves:
        try:
            move(row=row, to=to, actor=actor, marking=marking, code=(codes or {}).get(row.pk))
            moved += 1
        except NotAllowed:
            continue
    return marking if moved else None


@transaction.atomic
def undo_last(*, perk: Perk, actor: str) -> int:
    """Take the last mark of this perk back, where nothing happened to its rows since. Answers how many came back.

    What members were told stays told. A mark is undone once; void is final.
    """
    marking = Marking.objects.select_for_update().filter(perk=perk).order_by("-at", "-pk").first()
    if marking is None or marking.undone_at is not None or marking.to == State.VOID:
        return 0
    back = 0
    for done in marking.moves.select_related("obligation__perk", "obligation__account"):
        try:
            if done.obligation.state == done.after:
                move(row=done.obligation, to=done.before, actor=actor, code=done.code_before, back=True)
                back += 1
        except NotAllowed:
            continue
    marking.undone_at = timezone.now()
    marking.save(update_fields=["undone_at"])
    return back


@dataclass(frozen=True, slots=True)
class Brought:
    """One line of a table with codes: its number, what it said, and what became of it (empty: it is good)."""

    line: int
    id: str
    code: str
    trouble: str


def bring_codes(*, perk: Perk, lines: Sequence[Sequence[str]], actor: str, dry: bool) -> list[Brought]:
    """Codes from a table of (id, code): each prepared row is sent with its code. `dry` only reports."""
    rows = {str(row.pk): row for row in Obligation.objects.filter(perk=perk)}
    seen: set[str] = set()
    report: list[Brought] = []
    for number, line in enumerate(lines, start=1):
        ident, code = (*[cell.strip().removeprefix("'") for cell in line[:2]], "", "")[:2]
        report.append(Brought(number, ident, code, _trouble(rows.get(ident), code, ident in seen)))
        seen.add(ident)
    good = {int(b.id): b.code for b in report if not b.trouble}
    if good and not dry:
        mark(perk=perk, ids=list(good), to=State.SENT, actor=actor, codes=good)
    return report


def _trouble(row: Obligation | None, code: str, twice: bool) -> str:
    if row is None:
        return "unknown"
    if twice:
        return "twice"
    if not code or len(code) > 80:
        return "code"
    return "" if row.state == State.PREPARED else "state"
