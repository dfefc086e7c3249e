"""From the shelf to the door: what goes out as a parcel of its own."""

from django.db import transaction

from accounts.notices import notify
from subscriptions.boxes.actions import stock
from subscriptions.boxes.enums import StockReason
from subscriptions.shop.actions import keeping, waiting
from subscriptions.shop.actions.money import facts_of
from subscriptions.shop.actions.moving import NotAllowed, move
from subscriptions.shop.enums import Flag, SaleState, UnitState
from subscriptions.shop.models import EditionUnit, Sale

S = SaleState


class WithBox(NotAllowed):
    """It goes along with a box."""


class NoAddress(NotAllowed):
    """Nobody said where it goes."""


def _row(sale: Sale) -> Sale:
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account")
    return rows.get(pk=sale.pk)


@transaction.atomic
def pack(*, sale: Sale, actor: str) -> None:
    """Packed by itself. Raises `NotAllowed`, `WithBox`, `NoAddress`."""
    row = _row(sale)
    if row.ride_id:
        raise WithBox(f"sale {row.pk} goes along with a box")
    if not row.address.get("line1"):
        raise NoAddress(f"sale {row.pk} has no address")
    move(row, S.PACKED, actor=actor, cause="packed")


@transaction.atomic
def alone(*, sale: Sale, actor: str) -> None:
    """What was to go along with a box goes by itself, to the box's address. Raises `NotAllowed` once it is packed."""
    row = _row(sale)
    if row.state != S.PAID or row.ride is None:
        raise NotAllowed(row.state)
    address = row.address if row.address.get("line1") else row.ride.address
    Sale.objects.filter(pk=row.pk).update(ride=None, order=None, address=address)


@transaction.atomic
def ship(*, sale: Sale, actor: str, carrier: str = "", tracking: str = "") -> None:
    """Handed to the carrier; off the shelf; the buyer is told once. Raises `NotAllowed`."""
    row = _row(sale)
    move(row, S.SHIPPED, actor=actor, cause="handed to the carrier", carrier=carrier.strip()[:40],
         tracking=tracking.strip()[:80])  # fmt: skip
    keeping.send(row, actor=actor)
    context = facts_of(row) | {"carrier": row.carrier, "tracking": row.tracking}
    notify(account=row.account, kind="shop.sent", subject_key=row.article.key, context=context, dedupe=f"sale:{row.pk}")


@transaction.atomic
def deliver(*, sale: Sale, actor: str) -> None:
    """It arrived. Raises `NotAllowed`."""
    move(_row(sale), S.DELIVERED, actor=actor, cause="delivered")


@transaction.atomic
def take_back(*, sale: Sale, actor: str, why: str) -> None:
    """It came back whole: on the shelf again, first for those who wait. Raises `NotAllowed`, `ValueError` without a word."""
    row = _row(sale)
    move(row, S.RETURNED, actor=actor, cause=why)
    stock.adjust(item=row.article.item, delta=row.quantity, reason=StockReason.RETURNED, why=why, actor=actor,
                 subject=f"sale:{row.pk}")  # fmt: skip
    if row.article.numbered:  # an edition lies apart: its number is promised of the shelf again
        stock.promise({row.article.item_id: row.quantity})
        EditionUnit.objects.filter(sale=row).update(state=UnitState.FREE, sale=None)
    waiting.pass_on(row.article)


@transaction.atomic
def settle_flag(*, sale: Sale) -> None:
    """Staff have seen it. A refused refund stays until the money has gone."""
    Sale.objects.filter(pk=sale.pk).exclude(flag=Flag.NOT_BACK).update(flag="")
