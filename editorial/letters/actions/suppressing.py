"""Writes on the list of addresses that get no letters."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from editorial.letters.addresses import hashed
from editorial.letters.enums import DeliveryState, How, Trouble
from editorial.letters.models import Delivery, LetterChoice, Suppression


@transaction.atomic
def suppress(*, address: str, trouble: Trouble, source: str, note: str = "", delivery: int | None = 0) -> Suppression:
    """Hold letters back from an address, and mark the delivery that told of it. Safe to repeat; a complaint outranks.

    `delivery` is the one that the provider names; 0: the newest to this address is meant; None: none has told of it.
    """
    key, now = hashed(address), timezone.now()
    words = {"trouble": trouble, "source": source[:40], "note": note[:250], "at": now}
    row, new = Suppression.objects.select_for_update().get_or_create(address_hash=key, defaults=words)
    if not new and trouble == Trouble.COMPLAINED and row.trouble != trouble:
        Suppression.objects.filter(pk=row.pk).update(**words)
    if delivery is not None:
        _mark(key, trouble, delivery)
    if trouble == Trouble.COMPLAINED:
        wanted = LetterChoice.objects.filter(account__email__iexact=address.strip(), wanted=True)
        wanted.update(wanted=False, how=How.COMPLAINT, changed_at=now)
    return row


def _mark(key: str, trouble: Trouble, delivery: int) -> None:
    sent = Delivery.objects.filter(address_hash=key, state=DeliveryState.SUBMITTED)
    named = sent.filter(pk=delivery) if delivery else sent.none()
    pk = (named.first() or sent.order_by("-submitted_at").first() or Delivery()).pk
    column = "complained_at" if trouble == Trouble.COMPLAINED else "bounced_at"
    Delivery.objects.filter(pk=pk, **{f"{column}__isnull": True}).update(**{column: timezone.now()})


def forgive(*, account: User) -> bool:
    """Try the account's address again, as its owner asks; answers whether letters had been held back."""
    return bool(Suppression.objects.filter(address_hash=hashed(account.email)).delete()[0])
