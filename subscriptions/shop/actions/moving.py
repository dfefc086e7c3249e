"""The one way a sale changes its state: by the table, conditionally, with a record."""

from ground import clock
from subscriptions.boxes.models import Move
from subscriptions.shop.enums import ADDRESSED, SALE_MOVES
from subscriptions.shop.models import Sale


class NotAllowed(Exception):
    """The table has no such move, or somebody moved it meanwhile."""


def move(sale: Sale, to: str, *, actor: str, cause: str, **fields: object) -> None:
    """Move one sale, with other fields of the same write. Raises `NotAllowed`; nothing is written then. Of somebody whose
    account is erased nothing is known any more once there is nothing to send."""
    before = sale.state
    if to not in SALE_MOVES[before]:
        raise NotAllowed(f"sale {sale.pk}: {before} -> {to}")
    fields["changed_at"] = clock.now()
    if not Sale.objects.filter(pk=sale.pk, state=before).update(state=to, **fields):
        raise NotAllowed(f"sale {sale.pk} is no longer {before}")
    if to not in ADDRESSED:
        Sale.objects.filter(pk=sale.pk, account__erased_at__isnull=False).update(address={}, tracking="")
    for key, value in {"state": to, **fields}.items():
        setattr(sale, key, value)
    Move.objects.create(
        subject=f"sale:{sale.pk}", actor=actor[:120], cause=cause[:160], before=before, after=to, at=clock.now()
    )
