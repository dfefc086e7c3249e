"""Who may vote: the people of the group whom the house has met by the moment at which voting opens. The list does not change."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from community.enums import STOPS_READING, SanctionKind
from community.models import Group, GroupMember, Message, Sanction
from community.trust import STEPS
from community.votes.models import Election, Voter
from ground import clock

_LEVEL, AGE, WORDS, CLEAN = STEPS[-1]  # the level MET: every higher one asks for more of the same


def eligible(group: Group) -> list[int]:
    """Ids of the accounts that are in the group, met and not shut out at this moment. Three queries, whatever the group holds."""
    now = timezone.now()
    places = GroupMember.objects.filter(group=group, account__is_active=True, account__created_at__lte=now - AGE)
    ids = set(places.values_list("account_id", flat=True))
    spoke = Message.objects.filter(sender__in=ids, deleted_at=None, hidden_at=None).order_by()
    met = {account for account, n in spoke.values_list("sender").annotate(n=Count("pk")) if n >= WORDS}
    return sorted(met - blamed(group, met, CLEAN))


def blamed(group: Group, ids: Iterable[int], clean: timedelta) -> set[int]:
    """Those of them with a decision of these days, or who are shut out of the group."""
    rows = Sanction.objects.filter(account__in=list(ids), lifted_at=None)
    lately = Q(begins_at__gt=timezone.now() - clean) & ~Q(kind=SanctionKind.WARNING)
    out = Q(kind__in=STOPS_READING) & (Q(group=group) | Q(kind=SanctionKind.SITE_BAN))
    in_force = Q(begins_at__lte=clock.now()) & (Q(ends_at=None) | Q(ends_at__gt=clock.now()))
    return {pk for pk in rows.filter(lately | (out & in_force)).values_list("account_id", flat=True) if pk}


def freeze(election: Election) -> tuple[int, str]:
    """Write the list; answers its length and its digest. Call it inside the transaction that opens the voting."""
    ids = eligible(election.group)
    Voter.objects.bulk_create([Voter(election=election, account_id=pk) for pk in ids], batch_size=500)
    return len(ids), digest(election.pk, ids)


def digest(election_id: int, ids: Iterable[int]) -> str:
    """SHA-256 of the list: whoever holds the list can see that it is the one that was published."""
    told = "\n".join([f"election:{election_id}", *(str(pk) for pk in sorted(ids))])
    return hashlib.sha256(told.encode()).hexdigest()
