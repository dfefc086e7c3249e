"""One line of a sheet: which order it means, what it would change, and the change."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ground import clock
from subscriptions.board.acts import address_back, readdressed
from subscriptions.boxes.actions import fulfilment
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription
from subscriptions.boxes.narrowing import order_id
from subscriptions.parcels.actions import noting, tracking
from subscriptions.parcels.carriers.port import carriers
from subscriptions.parcels.enums import ParcelState
from subscriptions.parcels.normalising import WORDS, BadEvent, Event, event_of
from subscriptions.parcels.sending import parcel_of

Line = dict[str, str]
OURS = ("packed", "shipped")
SENT = frozenset({OrderState.PACKED, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CLOSED, OrderState.LOST,
                  OrderState.DAMAGED, OrderState.RETURNED, OrderState.RESHIP, OrderState.REFUNDED})  # fmt: skip


def orders_of(lines: Sequence[Line]) -> list[BoxOrder | None]:
    """The order that each line means, by its number or by its tracking number. Two queries."""
    ids = {pk for line in lines if (pk := order_id(line.get("order", "")))}
    numbers = {line["tracking"] for line in lines if line.get("tracking") and not line.get("order")}
    rows = BoxOrder.objects.select_related("cycle", "subscription")
    by_id = {o.pk: o for o in rows.filter(pk__in=ids)}
    by_number: dict[str, list[BoxOrder]] = {}
    for order in rows.filter(tracking__in=numbers).exclude(tracking=""):
        by_number.setdefault(order.tracking, []).append(order)
    return [_one(line, by_id, by_number) for line in lines]


def _one(line: Line, by_id: dict[int, BoxOrder], by_number: dict[str, list[BoxOrder]]) -> BoxOrder | None:
    if line.get("order"):
        found = by_id.get(order_id(line["order"]) or 0)
        named = line["order"].strip().upper()
        return None if found and "-" in named and found.number.upper() != named else found
    rows = [o for o in by_number.get(line.get("tracking", ""), []) if line.get("carrier", "") in ("", o.carrier)]
    return rows[0] if len(rows) == 1 else None


def judge(order: BoxOrder | None, line: Line) -> str | None:
    """None when the line would change something, `""` when all of it is so already, else the words why not."""
    if order is None:
        return _("No order has this number.")
    for check in (_bad_names, _bad_state, _bad_address):
        why = check(order, line)
        if why:
            return why
    return None if _news(order, line) else ""


def _bad_names(order: BoxOrder, line: Line) -> str:
    carrier = line.get("carrier", "")
    if carrier and carriers.get(carrier) is None:
        return _("No such carrier; there are: %(known)s") % {"known": ", ".join(c.key for c in carriers)}
    if line.get("tracking") and not (carrier or order.carrier):
        return _("A tracking number needs a carrier.")
    return _("The tracking number is too long.") if len(line.get("tracking", "")) > 80 else ""


def _bad_state(order: BoxOrder, line: Line) -> str:
    state = line.get("state", "").lower()
    if not state or state == order.state:
        return ""
    if state not in OURS and state.replace(" ", "_").replace("-", "_") not in WORDS:
        return _("No such state: %(state)s") % {"state": state[:40]}
    if state == "packed" and order.state not in (OrderState.ALLOCATED, *SENT):
        return _("It is “%(state)s”.") % {"state": order.get_state_display()}
    if state != "packed" and order.state not in SENT:
        return _("It is “%(state)s”.") % {"state": order.get_state_display()}
    try:
        _event(line)
    except BadEvent:
        return _("No such moment: %(at)s") % {"at": line.get("at", "")[:40]}
    return ""


def _bad_address(order: BoxOrder, line: Line) -> str:
    wanted = address_in(order, line)
    if not wanted or wanted == order.address:
        return ""
    if order.state in noting.GONE:
        return _("It has left: the address cannot be changed any more.")
    missing = [name for name in ("recipient", "line1", "city", "country") if not wanted[name]]
    if missing:
        return _("An address needs %(names)s.") % {"names": ", ".join(missing)}
    return (
        ""
        if wanted["country"] in settings.SHIPPING_COUNTRIES
        else _("We do not send to %(c)s.") % {"c": wanted["country"][:10]}
    )


def address_in(order: BoxOrder, line: Line) -> dict[str, str]:
    """The order's address with what the line says put in; empty where it says nothing of it."""
    said = {name: line[name] for name in BoxSubscription.ADDRESS if line.get(name)}
    if "country" in said:
        said["country"] = said["country"].upper()
    return {name: str(said.get(name, order.address.get(name, ""))) for name in BoxSubscription.ADDRESS} if said else {}


def _event(line: Line) -> Event | None:
    """What the line says of the parcel's way; None for `packed`, `shipped` and nothing. Raises `BadEvent`."""
    state = line.get("state", "").lower()
    if not state or state in OURS:
        return None
    said: dict[str, Any] = {**line, "at": line.get("at") or clock.now().isoformat()}
    return event_of(said)


def _news(order: BoxOrder, line: Line) -> bool:
    names = [line.get("tracking"), line.get("carrier")]
    renamed = any(new and new != old for new, old in zip(names, [order.tracking, order.carrier], strict=True))
    wanted = address_in(order, line)
    state = line.get("state", "").lower()
    moved = (state == "packed" and order.state == OrderState.ALLOCATED) or (
        state in ("shipped", "in_transit") and order.state == OrderState.PACKED
    )
    told = bool(state) and state not in OURS and order.state != state
    return renamed or bool(wanted and wanted != order.address) or moved or told


def bring(order: BoxOrder, line: Line, actor: str) -> dict[str, Any] | None:
    """Do what the line says. Answers what can be taken back: the address alone. Raises `NotAllowed`."""
    before: dict[str, Any] | None = None
    wanted = address_in(order, line)
    if wanted and wanted != order.address:
        before = readdressed(order, wanted, actor)
    if line.get("tracking") or line.get("carrier"):
        try:
            tracking.name_parcel(order=order, carrier=line.get("carrier") or order.carrier, tracking=line.get("tracking") or order.tracking)  # fmt: skip
        except tracking.Taken as taken:
            raise NotAllowed(_("Another parcel has this number.")) from taken
    state = line.get("state", "").lower()
    if state == "packed" and order.state == OrderState.ALLOCATED:
        fulfilment.pack_one(order, actor=actor)
        return {**(before or {}), "packed": True}
    if state == "shipped" and order.state == OrderState.PACKED:
        fulfilment.ship_one(order, actor=actor)
        return None
    event = _event(line) if state != order.state else None  # a list of ours that comes back says what is so already
    if event is not None:
        tracking.record(parcel=parcel_of(order), events=[event], source=order.carrier or "sheet")
        return None if event.state != ParcelState.ANNOUNCED else before
    return before


def unbring(order: BoxOrder, before: dict[str, Any], actor: str) -> str:
    """Take back a packing and an address; answers words where that was changed since. Raises `NotAllowed`."""
    if before.get("packed"):
        fulfilment.unpack_one(order, actor=actor)
    return address_back(order, before, actor) if "address" in before else ""
