"""What staff write on a box: a flag, another address."""

from collections.abc import Mapping

from django.db import transaction

from ground import clock
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import SENT, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Move
from subscriptions.parcels.enums import LabelState
from subscriptions.parcels.models import Parcel

STALE = "#stale-label"
GONE = SENT | {OrderState.RESHIP, OrderState.REFUNDED, OrderState.CANCELLED}


@transaction.atomic
def flag(*, order: BoxOrder, text: str, actor: str) -> None:
    """Something to look at before this box goes out; empty: nothing any more. Written into its history."""
    text = " ".join(text.split())[:200]
    if text == order.flag:
        return
    BoxOrder.objects.filter(pk=order.pk).update(flag=text, changed_at=clock.now())
    order.flag = text
    _note(order, actor, f"flag: {text}" if text else "flag taken away")


@transaction.atomic
def readdress(*, order: BoxOrder, address: Mapping[str, str], actor: str) -> bool:
    """Another address for this box alone; False when it is the same. A label that was bought leads elsewhere then, and the
    box is flagged. Raises `NotAllowed` once it has left."""
    row = _still_here(order)
    wanted = {name: _cut(name, address.get(name, row.address.get(name, ""))) for name in BoxSubscription.ADDRESS}
    if wanted == row.address:
        return False
    _write(row, order, wanted, True)
    _note(row, actor, "another address")
    return True


@transaction.atomic
def address_back(
    *, order: BoxOrder, mine: Mapping[str, str], before: Mapping[str, str], own: bool, actor: str
) -> bool:  # fmt: skip
    """Take back an address that was written (`mine`): what stood before, its own or not. False where somebody has written
    another one since, which stays. Raises `NotAllowed` once it has left."""
    row = _still_here(order)
    if row.address != mine:
        return False
    _write(row, order, dict(before), own)
    _note(row, actor, "the address from before")
    return True


def _still_here(order: BoxOrder) -> BoxOrder:
    row = BoxOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.state in GONE:
        raise NotAllowed(f"order is {row.state}")
    return row


def _write(row: BoxOrder, order: BoxOrder, address: dict[str, str], own: bool) -> None:
    BoxOrder.objects.filter(pk=row.pk).update(address=address, own_address=own, changed_at=clock.now())
    order.address, order.own_address, order.flag = address, own, flag_stale_label(row.pk)


@transaction.atomic
def flag_stale_label(order_id: int) -> str:
    """Flag a box whose label was bought for another address than it has now, and take that flag away where it is true no
    more; other flags stay. Answers the flag.

    Under the order's lock: whoever changes the address and whoever buys the label both ask, the later sees what the other did.
    """
    order = BoxOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    bought = Parcel.objects.filter(order=order, label_state=LabelState.BOUGHT)
    stale = STALE if bought.exclude(label_address=order.address).exists() else ""
    if order.flag not in ("", STALE) or order.flag == stale:
        return order.flag
    BoxOrder.objects.filter(pk=order.pk).update(flag=stale, changed_at=clock.now())
    return stale


def _cut(name: str, value: str) -> str:
    return str(value)[: BoxSubscription._meta.get_field(name).max_length]  # type: ignore[union-attr]


def _note(order: BoxOrder, actor: str, cause: str) -> None:
    """A line in its history that moves nothing."""
    Move.objects.create(subject=f"order:{order.pk}", actor=actor[:120], cause=cause[:160], before=order.state,
                        after=order.state, at=clock.now())  # fmt: skip
