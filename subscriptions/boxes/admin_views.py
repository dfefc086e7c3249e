"""Staff's pages about boxes, in Wagtail's admin: the board, a cycle, its orders."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.boxes import due, narrowing, queries
from subscriptions.boxes.actions import fulfilment, reopening
from subscriptions.boxes.actions.allocation import Drift
from subscriptions.boxes.actions.moving import NotAllowed, Refusal
from subscriptions.boxes.enums import CycleState, OrderKind, OrderState
from subscriptions.boxes.models import BoxPlan, Cycle, Item

staff = permission_required("boxes.change_boxorder", raise_exception=True)


@staff
def board(request: HttpRequest) -> HttpResponse:
    """Every cycle in the column of its state, with how many orders are in which state; and the shelf."""
    columns = [
        (state, [{**card, "counts": _counted(card["counts"])} for card in cards]) for state, cards in queries.board()
    ]
    context = {
        "columns": columns,
        "any": any(cards for _s, cards in columns),
        "items": Item.objects.all()[:200],
        "due": due.due(),
    }
    return render(request, "boxes/admin/board.html", context)


def _counted(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Counts in the order of the way, with their words."""
    return [(str(state.label), state.value, counts[state]) for state in OrderState if counts.get(state)]


@staff
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One cycle: what can be done now, and its orders by filter."""
    found = get_object_or_404(Cycle.objects.select_related("plan"), pk=pk)
    counts = queries.counts_of(found)
    context = {
        "cycle": found, "can": _can(found), "counts": _counted(counts), "total": sum(counts.values()),
        "packed": counts.get(OrderState.PACKED, 0),
        "path": [(value, label, value == found.state) for value, label in CycleState.choices],
        "variants": list(found.plan.variants.all()),
        **_orders(request, narrowing.asked_of(request.GET, cycle=found.pk)),
    }  # fmt: skip
    return render(request, "boxes/admin/cycle.html", context)


@staff
def orders(request: HttpRequest) -> HttpResponse:
    """Orders of every cycle by filter."""
    context = {"plans": BoxPlan.objects.order_by("pk"), **_orders(request, narrowing.asked_of(request.GET))}
    return render(request, "boxes/admin/orders.html", context)


A_PAGE = 50


def _orders(request: HttpRequest, asked: narrowing.Asked) -> dict[str, Any]:
    """A page of orders, the next one found by where this one ends: as quick at the end as at the beginning."""
    after = narrowing.order_id(request.GET.get("after", "")) or 0
    rows = narrowing.narrowed(asked).filter(pk__gt=after).order_by("pk")
    page = list(rows.select_related("cycle", "variant", "subscription__account")[: A_PAGE + 1])
    return {
        "orders": page[:A_PAGE], "after": page[A_PAGE - 1].pk if len(page) > A_PAGE else 0, "asked": asked,
        "beginning": after == 0, "states": OrderState.choices, "kinds": OrderKind.choices,
    }  # fmt: skip


def _can(found: Cycle) -> dict[str, bool]:
    packing = found.state in (CycleState.PACKING, CycleState.SHIPPING)
    early = found.state in (CycleState.LOCKED, CycleState.BILLING, CycleState.ALLOCATING, CycleState.REVIEW)
    return {
        "approve": found.state == CycleState.REVIEW,
        "again": found.state == CycleState.REVIEW,
        "open": early,
        "allocate": packing or found.state in (CycleState.ALLOCATING, CycleState.REVIEW),
        "pack": packing,
        "ship": packing,
        "close": found.state == CycleState.SHIPPING,
    }


@staff
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a cycle; what cannot be done is said and changes nothing."""
    found, actor = get_object_or_404(Cycle, pk=pk), f"staff:{request.user.pk}"
    reason = request.POST.get("reason", "")[:160]
    steps: dict[str, Callable[[], Any]] = {
        "approve": lambda: fulfilment.approve(found, actor=actor),
        "reopen": lambda: fulfilment.reopen(found, actor=actor, reason=reason),
        "open": lambda: reopening.open_again(found, actor=actor, reason=reason, until=_until(request)),
        "allocate": lambda: fulfilment.allocate_again(found, actor=actor),
        "pack": lambda: fulfilment.pack(found, actor=actor),
        "ship": lambda: fulfilment.ship(found, actor=actor),
        "close": lambda: fulfilment.close(found, actor=actor),
    }
    if name in steps:
        try:
            result = steps[name]()
            messages.success(request, _("Done.") if result is None else _("Done: %(n)s.") % {"n": _count(result)})
        except Drift:
            messages.error(request, _("Stripe and we differ: mend the reconciliation first."))
        except Refusal as refused:
            messages.error(request, _("Not possible now: %(why)s.") % {"why": refused})
        except NotAllowed:
            stands = Cycle.objects.get(pk=pk).get_state_display()
            messages.error(request, _("Not possible now: the cycle is “%(state)s”.") % {"state": stands})
    return redirect("boxes_admin:cycle", pk=pk)


def _until(request: HttpRequest) -> datetime:
    """The moment that was chosen, in the reader's time zone. Raises `Refusal` for what is none."""
    try:
        found = parse_datetime(request.POST.get("until", "").strip())
    except ValueError:
        found = None
    if found is None or not 2000 < found.year < 2200:
        raise Refusal(_("until when?"))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _count(result: Any) -> str:
    return " / ".join(map(str, result)) if isinstance(result, tuple) else str(result)
