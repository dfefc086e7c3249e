"""What can be done with many boxes. Each act judges a box without writing, does it, and takes it back where that is possible.

`judge` answers None when it would change something, `""` when it is so already, else the words why not. `do` answers what
is needed to take it back, None where nothing takes it back. `undo` answers words when it could not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from subscriptions.board.enums import Work
from subscriptions.boxes.actions import allocation, credits, fulfilment, making_good, skipping
from subscriptions.boxes.actions.moving import NotAllowed, move
from subscriptions.boxes.enums import ORDER_MOVES, RUNNING, CreditKind, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit, Cycle, Skip
from subscriptions.parcels.actions import noting

Data = Mapping[str, Any]
Before = dict[str, Any] | None
HOLDABLE = (OrderState.PAID, OrderState.ALLOCATED, OrderState.SHORT)


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `fields`: the names of what must be chosen. `kept`: what judging needs to know about many orders at once."""

    work: Work
    judge: Callable[[BoxOrder, Data, Any], str | None]
    do: Callable[[BoxOrder, Data, str], Before]
    undo: Callable[[BoxOrder, dict[str, Any], str], str] | None = None
    fields: tuple[str, ...] = ()
    kept: Callable[[list[BoxOrder]], Any] = lambda orders: None


def _is(order: BoxOrder) -> str:
    return _("It is “%(state)s”.") % {"state": order.get_state_display()}


def _judge_pack(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state == OrderState.PACKED:
        return ""
    if order.state != OrderState.ALLOCATED:
        return _is(order)
    return None if order.cycle.state in fulfilment.PACKING_TIME else _("Its review was not approved yet.")


def _pack(order: BoxOrder, data: Data, actor: str) -> Before:
    fulfilment.pack_one(order, actor=actor)
    return {}


def _unpack(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    fulfilment.unpack_one(order, actor=actor)
    return ""


def _judge_ship(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state == OrderState.SHIPPED:
        return ""
    if not order.address.get("line1"):
        return _("There is no address.")
    return None if order.state == OrderState.PACKED else _is(order)


def _ship(order: BoxOrder, data: Data, actor: str) -> Before:
    fulfilment.ship_one(order, actor=actor)
    return None


def _judge_deliver(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state == OrderState.DELIVERED:
        return ""
    return None if OrderState.DELIVERED in ORDER_MOVES[order.state] else _is(order)


def _deliver(order: BoxOrder, data: Data, actor: str) -> Before:
    fulfilment.deliver_one(order, actor=actor)
    return None


def _judge_hold(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state == OrderState.ON_HOLD:
        return ""
    return None if order.state in HOLDABLE else _is(order)


def _hold(order: BoxOrder, data: Data, actor: str) -> Before:
    """What was promised to it is free for others while it is held."""
    if order.state == OrderState.ALLOCATED:
        allocation.free(order)
    if order.state != OrderState.PAID:
        move(order, OrderState.PAID, actor=actor, cause="about to be held")
    move(order, OrderState.ON_HOLD, actor=actor, cause=str(data.get("why") or "held by staff"))
    return {}


def _unhold(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    move(order, OrderState.PAID, actor=actor, cause="no longer held")
    return ""


def _paid(orders: list[BoxOrder]) -> set[int]:
    return set(Credit.objects.filter(order__in=orders).values_list("order_id", flat=True))


def _judge_release(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state in HOLDABLE:
        return ""
    if order.state != OrderState.ON_HOLD:
        return _is(order)
    return None if order.pk in kept else _("It waits for money: it is released when that comes.")


def _release(order: BoxOrder, data: Data, actor: str) -> Before:
    if not Credit.objects.filter(order=order).exists():
        raise NotAllowed(_("It waits for money: it is released when that comes."))
    move(order, OrderState.PAID, actor=actor, cause="released by staff")
    return {}


def _hold_again(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    if order.state not in HOLDABLE:
        return _is(order)
    _hold(order, {"why": "release taken back"}, actor)
    return ""


def _judge_cancel(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state == OrderState.CANCELLED:
        return ""
    return None if OrderState.CANCELLED in ORDER_MOVES[order.state] else _is(order)


def _cancel(order: BoxOrder, data: Data, actor: str) -> Before:
    """It does not come; what paid for it pays for another one."""
    making_good.cancel(order=order, actor=actor, why=str(data.get("why") or "cancelled by staff"))
    return None


def _next_of(box: BoxSubscription) -> Cycle | None:
    rows = Cycle.objects.filter(plan=box.plan_id, state=CycleState.OPEN)
    return rows.order_by("cutoff_at").first()


def _skips(orders: list[BoxOrder]) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """The open cycle of each plan, and who skips it already. Two queries."""
    plans = {o.subscription.plan_id for o in orders}
    cycles = Cycle.objects.filter(plan__in=plans, state=CycleState.OPEN).order_by("-cutoff_at")
    opened = {c.plan_id: c.pk for c in cycles}
    rows = Skip.objects.filter(cycle__in=opened.values(), subscription__in=[o.subscription_id for o in orders])
    return opened, set(rows.values_list("subscription_id", "cycle_id"))


def _judge_skip(order: BoxOrder, data: Data, kept: Any) -> str | None:
    opened, skipped = kept
    cycle = opened.get(order.subscription.plan_id)
    if cycle is None:
        return _("No edition of this plan is open.")
    if (order.subscription_id, cycle) in skipped:
        return ""
    return None if order.subscription.state in RUNNING else _("This subscription has ended.")


def _skip(order: BoxOrder, data: Data, actor: str) -> Before:
    cycle = _next_of(order.subscription)
    if cycle is None:
        raise NotAllowed(_("No edition of this plan is open."))
    try:
        new = skipping.skip(box=order.subscription, cycle=cycle, actor=actor, cause=str(data.get("why") or "by staff"))
    except skipping.TooLate as late:
        raise NotAllowed(_("The cut-off has passed.")) from late
    return {"cycle": cycle.pk} if new else None


def _unskip(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    cycle = Cycle.objects.filter(pk=before["cycle"]).first()
    try:
        done = cycle is not None and skipping.take_back(box=order.subscription, cycle=cycle, actor=actor)
    except skipping.TooLate:
        return _("The cut-off has passed.")
    return "" if done else _("It is no longer skipped.")


def _judge_address(order: BoxOrder, data: Data, kept: Any) -> str | None:
    if order.state in noting.GONE:
        return _is(order)
    if not order.address:
        return _("There is no address.")
    return "" if order.address.get(data["field"]) == data["value"] else None


def _address(order: BoxOrder, data: Data, actor: str) -> Before:
    return readdressed(order, {data["field"]: data["value"]}, actor)


def readdressed(order: BoxOrder, address: Mapping[str, str], actor: str) -> Before:
    """Write an address; answers what `address_back` needs, None where nothing changed."""
    row = BoxOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)  # as it is now: lines are read ahead
    before = {"address": row.address, "own": row.own_address}
    return {**before, "mine": order.address} if noting.readdress(order=order, address=address, actor=actor) else None


def address_back(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    """Take it back; answers words where somebody has written another address since."""
    done = noting.address_back(
        order=order, mine=before.get("mine", {}), before=before["address"], own=before.get("own", True), actor=actor
    )
    return "" if done else _("Somebody has written another address since.")


def _judge_credit(order: BoxOrder, data: Data, kept: Any) -> str | None:
    return None if order.subscription.state in RUNNING else _("This subscription has ended.")


def _credit(order: BoxOrder, data: Data, actor: str) -> Before:
    """Once for each subscription in a run, however many of its orders are meant."""
    source = f"goodwill:{data['run']}:{order.subscription_id}"
    if Credit.objects.filter(source=source).exists():
        return None
    why = str(data.get("why") or "from the house")
    credits.grant(
        box=order.subscription, count=1, kind=CreditKind.GOODWILL, source=source, why=why, actor=actor, cause=why
    )
    return {"source": source}


def _credit_back(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    gone, _spent = credits.withdraw(source=before["source"], why="taken back")
    return "" if gone else _("It was spent already.")


def _judge_flag(order: BoxOrder, data: Data, kept: Any) -> str | None:
    return "" if order.flag == data.get("text", "") else None


def _flag(order: BoxOrder, data: Data, actor: str) -> Before:
    before = order.flag
    noting.flag(order=order, text=str(data.get("text", "")), actor=actor)
    return {"flag": before, "mine": order.flag}


def _flag_back(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    if order.flag != before["mine"]:
        return _("Somebody has written another flag since.")
    noting.flag(order=order, text=before["flag"], actor=actor)
    return ""


ACTS: dict[str, Act] = {
    act.work.value: act
    for act in (
        Act(Work.PACK, _judge_pack, _pack, _unpack),
        Act(Work.SHIP, _judge_ship, _ship),
        Act(Work.DELIVER, _judge_deliver, _deliver),
        Act(Work.HOLD, _judge_hold, _hold, _unhold, fields=("why",)),
        Act(Work.RELEASE, _judge_release, _release, _hold_again, kept=_paid),
        Act(Work.CANCEL, _judge_cancel, _cancel, fields=("why",)),
        Act(Work.SKIP, _judge_skip, _skip, _unskip, fields=("why",), kept=_skips),
        Act(Work.ADDRESS, _judge_address, _address, address_back, fields=("field", "value")),
        Act(Work.CREDIT, _judge_credit, _credit, _credit_back, fields=("why",)),
        Act(Work.FLAG, _judge_flag, _flag, _flag_back, fields=("text",)),
    )
}
