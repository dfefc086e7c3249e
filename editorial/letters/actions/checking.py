"""Right before a batch is handed over, everything is asked again: who is there, who still wants it, who may read what."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import F
from django.db.models.functions import Lower

from accounts.models import User
from editorial.letters.addresses import hashed
from editorial.letters.enums import Exclusion
from editorial.letters.models import Campaign, Delivery, LetterChoice, Suppression
from membership import crowd


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets the letter: what their mail is made from."""

    delivery: Delivery
    account: User
    choice: LetterChoice
    rights: frozenset[str]
    address_hash: str


def check(
    campaign: Campaign, deliveries: Sequence[Delivery], gates: frozenset[str]
) -> tuple[list[Reader], dict[int, Exclusion]]:
    """Who of a batch gets the letter, and why not, by delivery. Six queries whatever the batch's size."""
    ids = [d.account_id for d in deliveries if d.account_id]
    people = User.objects.in_bulk(ids)
    confirmed = _confirmed(ids)
    chose = {c.account_id: c for c in LetterChoice.objects.filter(newsletter=campaign.newsletter_id, account__in=ids)}
    hashes = {pk: hashed(person.email) for pk, person in people.items()}
    held_back = set(Suppression.objects.filter(address_hash__in=hashes.values()).values_list("address_hash", flat=True))
    rights = crowd.held(ids, gates)
    readers, left_out = [], {}
    for delivery in deliveries:
        pk = delivery.account_id or 0
        person, choice = people.get(pk), chose.get(pk)
        if person is None or not person.is_active:
            left_out[delivery.pk] = Exclusion.INACTIVE
        elif choice is None or not choice.wanted:
            left_out[delivery.pk] = Exclusion.OPTED_OUT
        elif pk not in confirmed:
            left_out[delivery.pk] = Exclusion.UNVERIFIED
        elif hashes[pk] in held_back:
            left_out[delivery.pk] = Exclusion.SUPPRESSED
        else:
            readers.append(Reader(delivery, person, choice, rights[pk], hashes[pk]))
    return readers, left_out


def _confirmed(ids: Sequence[int]) -> set[int]:
    """Accounts whose address of today is confirmed."""
    own = EmailAddress.objects.filter(user_id__in=ids, verified=True)
    rows = own.annotate(one=Lower("email"), other=Lower("user__email")).filter(one=F("other"))
    return set(rows.values_list("user_id", flat=True))
