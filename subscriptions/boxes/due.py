"""What waits for people who make boxes: on the board and on the page at which staff begin."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ground import clock
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.enums import CycleState, OrderState
from subscriptions.boxes.models import BoxPlan, Cycle

SOON, NEXT = timedelta(days=7), timedelta(days=21)
LEAVING = (CycleState.PACKING, CycleState.SHIPPING, CycleState.CLOSED)  # closed: first boxes, and what is sent again


@dataclass(frozen=True)
class Due:
    """One line: what, and where to do it."""

    words: str
    url: str


def due() -> list[Due]:
    """Everything that waits, what holds others up first. Four queries, whatever there is."""
    cycles = _counted()
    return [*_reviews(cycles), *_at_hand(cycles), *_empty(), *_missing()]


def _counted() -> list[Cycle]:
    """Editions with something at hand, each with how many orders are allocated, packed and short."""
    counts = {
        state.value: Count("orders", filter=Q(orders__state=state))
        for state in (OrderState.ALLOCATED, OrderState.PACKED, OrderState.SHORT)
    }
    at_hand = Q(orders__state__in=list(counts))
    rows = Cycle.objects.filter(at_hand, state__in=[CycleState.REVIEW, *LEAVING]).select_related("plan").distinct()
    return list(rows.annotate(**{f"n_{name}": count for name, count in counts.items()}).order_by("cutoff_at"))


def _reviews(cycles: list[Cycle]) -> list[Due]:
    found = []
    for cycle in cycles:
        if cycle.state == CycleState.REVIEW:
            short = cycle.n_short  # type: ignore[attr-defined]
            words = _("%(cycle)s waits for its review") % {"cycle": cycle}
            if short:
                words += " · " + ngettext("%(n)s box is short", "%(n)s boxes are short", short) % {"n": short}
            found.append(Due(words, reverse("curation_admin:review", args=[cycle.pk])))
    return found


def _at_hand(cycles: list[Cycle]) -> list[Due]:
    found = []
    for cycle in cycles:
        if cycle.state not in LEAVING:
            continue
        pack, packed, short = cycle.n_allocated, cycle.n_packed, cycle.n_short  # type: ignore[attr-defined]
        lines = [
            (pack, ngettext("%(cycle)s: %(n)s box to pack", "%(cycle)s: %(n)s boxes to pack", pack), "parcels_admin:table"),
            (packed, ngettext("%(cycle)s: %(n)s packed box waits for its carrier",
                              "%(cycle)s: %(n)s packed boxes wait for their carrier", packed), "boxes_admin:cycle"),
            (short, ngettext("%(cycle)s: %(n)s short box", "%(cycle)s: %(n)s short boxes", short), "curation_admin:review"),
        ]  # fmt: skip
        found += [Due(words % {"cycle": cycle, "n": n}, reverse(at, args=[cycle.pk])) for n, words, at in lines if n]
    return found


def _empty() -> list[Due]:
    """Editions that are open, or open soon, with nothing in them."""
    rows = Cycle.objects.filter(slots=None).exclude(period=WELCOME)
    rows = rows.filter(Q(state=CycleState.OPEN) | Q(state=CycleState.PLANNED, opens_at__lt=clock.now() + SOON))
    return [
        Due(_("%(cycle)s: nothing is in it yet") % {"cycle": cycle}, reverse("curation_admin:inside", args=[cycle.pk]))
        for cycle in rows.select_related("plan").order_by("opens_at")[:10]
    ]


def _missing() -> list[Due]:
    """Plans on sale whose last edition locks soon, with none planned after it: people would be charged for no box."""
    ahead = Q(cycles__state__in=[CycleState.PLANNED, CycleState.OPEN], cycles__cutoff_at__gt=clock.now() + NEXT)
    begun = Count("cycles", filter=~Q(cycles__period=WELCOME))
    rows = BoxPlan.objects.filter(active=True).annotate(later=Count("cycles", filter=ahead), begun=begun)
    return [
        Due(
            _("%(plan)s: no edition is planned after this one") % {"plan": plan},
            reverse("boxes_admin:plan", args=[plan.pk]),
        )
        for plan in rows.filter(later=0, begun__gt=0).order_by("pk")
    ]
