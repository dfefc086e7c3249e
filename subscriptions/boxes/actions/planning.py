"""Plans and their editions, as an owner sets them up: what is sold, in which rhythm, and what the next box is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from ground import clock, facts
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Plan
from subscriptions.boxes import calendar
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxPlan, BoxVariant, Cycle

RHYTHM = ("cutoff_day", "zone", "every", "anchor_month")
LONG_AGO = timedelta(
    days=400
)  # before every edition of the calendar, so that it is never the one before or after another
WORDS = ("theme_zh", "theme_en", "season_zh", "season_en", "words_zh", "words_en", "story_key")


class RhythmIsSet(Exception):
    """People are charged by this rhythm, or editions stand in it: it does not change any more."""


@dataclass(frozen=True, slots=True)
class Period:
    """Year and month in which an edition locks."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


@transaction.atomic
def keep_plan(plan: BoxPlan, *, actor: str) -> BoxPlan:
    """Keep a plan, new or changed, and what billing must know of it: its name, and the common billing day, which is
    the day after the cut-off.

    Raises `RhythmIsSet` when the rhythm was changed and an edition or a subscription stands in it, `ValueError` for a
    cut-off day that has no such day after it.
    """
    if plan.pk and rhythm_is_set(plan):
        before = BoxPlan.objects.values(*RHYTHM).get(pk=plan.pk)
        if any(getattr(plan, name) != before[name] for name in RHYTHM):
            raise RhythmIsSet
    days = {
        "billing_day": calendar.billing_day(plan.cutoff_day),
        "billing_hour": calendar.billing_hour(plan.zone),
        "billing_month": plan.anchor_month if plan.every > 1 else None,
    }
    plan.save()
    known = {"name_zh": plan.name_zh, "name_en": plan.name_en, "needs_address": True, **days}
    Plan.objects.update_or_create(kind=PlanKind.BOX, target=plan.slug, defaults=known)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=BoxPlan, reason=f"{plan.slug} by {actor}"))
    return plan


def rhythm_is_set(plan: BoxPlan) -> bool:
    """True once an edition (but for the welcome box) or a subscription stands in the plan's rhythm."""
    return plan.cycles.exclude(period=WELCOME).exists() or plan.subscriptions.exists()


def add_variant(plan: BoxPlan, *, slug: str, name_zh: str, name_en: str) -> BoxVariant:
    """One more way the plan comes, behind the others. Raises `NotAllowed` for a short name that is taken."""
    last = plan.variants.aggregate(n=Max("order"))["n"]
    try:
        with transaction.atomic():
            return BoxVariant.objects.create(
                plan=plan, slug=slug, name_zh=name_zh, name_en=name_en, order=0 if last is None else last + 1
            )
    except IntegrityError as taken:
        raise NotAllowed(slug) from taken


def put_variant(variant: BoxVariant, *, active: bool) -> None:
    """Offer a variant, or offer it no longer; whoever has chosen it keeps it."""
    BoxVariant.objects.filter(pk=variant.pk).update(active=active)


def next_period(plan: BoxPlan) -> Period:
    """The first period of the plan's rhythm that has no edition and whose cut-off is still to come."""
    year, month = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone, plan.every, plan.anchor_month)
    taken = set(plan.cycles.values_list("period", flat=True))
    while str(Period(year, month)) in taken:
        year, month = calendar.next_month(year, month, plan.every)
    return Period(year, month)


def in_rhythm(plan: BoxPlan, period: Period) -> bool:
    """True for a month in which an edition of the plan locks."""
    return (period.month - plan.anchor_month) % plan.every == 0


def leaves_a_gap(plan: BoxPlan, period: Period) -> bool:
    """True when an earlier month would have no edition, though people subscribe or editions stand already."""
    begun = rhythm_is_set(plan)
    return begun and str(period) > str(next_period(plan))


@transaction.atomic
def plan_edition(plan: BoxPlan, *, period: Period, words: dict[str, str], ships_on: date | None = None) -> Cycle:
    """A new edition that locks in that month; its dates come from the plan's rhythm, `ships_on` if it is given.

    Raises `NotAllowed` for a month that is not in the rhythm, that is over, that has its edition already or that leaves
    another one without: whoever is charged in between would get no box; and for a `ships_on` before everybody is charged.
    """
    dates = calendar.cycle_dates(period.year, period.month, plan.cutoff_day, plan.zone, plan.every)
    if not in_rhythm(plan, period) or dates.cutoff_at <= clock.now() or leaves_a_gap(plan, period):
        raise NotAllowed(str(period))
    if ships_on and ships_on < dates.billed_by.date():
        raise NotAllowed(ships_on.isoformat())
    cycle = Cycle(
        plan=plan, period=str(period), opens_at=dates.opens_at, cutoff_at=dates.cutoff_at, billed_by=dates.billed_by,
        ships_on=ships_on or dates.ships_on, **{name: words.get(name, "") for name in WORDS},
    )  # fmt: skip
    return _made(cycle)


@transaction.atomic
def plan_welcome(plan: BoxPlan, *, words: dict[str, str]) -> Cycle:
    """The plan's welcome box, which stands outside of the calendar and is always being packed. Raises `NotAllowed` for
    a second one."""
    past = clock.now() - LONG_AGO
    cycle = Cycle(
        plan=plan, period=WELCOME, state=CycleState.PACKING, opens_at=past, cutoff_at=past + timedelta(days=1),
        billed_by=past + timedelta(days=2), ships_on=past.date(), **{name: words.get(name, "") for name in WORDS},
    )  # fmt: skip
    return _made(cycle)


def _made(cycle: Cycle) -> Cycle:
    try:
        with transaction.atomic():
            cycle.save()
    except IntegrityError as taken:
        raise NotAllowed(cycle.period) from taken
    return cycle


@transaction.atomic
def change_edition(cycle: Cycle, *, words: dict[str, str], ships_on: date | None = None) -> None:
    """Other words for an edition; another day of shipping until it ships. Raises `NotAllowed` once it is closed, and
    for a day before everybody is charged."""
    kept = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if kept.state == CycleState.CLOSED:
        raise NotAllowed(kept.state)
    changes: dict[str, object] = {name: words.get(name, "") for name in WORDS}
    if ships_on and ships_on != kept.ships_on and kept.period != WELCOME:
        if kept.state == CycleState.SHIPPING or ships_on < kept.billed_by.date():
            raise NotAllowed(ships_on.isoformat())
        changes["ships_on"] = ships_on
    Cycle.objects.filter(pk=kept.pk).update(**changes)
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Cycle, reason=f"{kept} changed"))


@transaction.atomic
def drop_edition(cycle: Cycle) -> None:
    """Take back an edition that has not opened. Raises `NotAllowed` for any other, and where a subscriber skips it already:
    the same month planned anew would charge them."""
    kept = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if kept.state != CycleState.PLANNED or kept.orders.exists() or kept.skips.exists():
        raise NotAllowed(kept.state)
    kept.delete()
