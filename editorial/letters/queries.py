"""Reads of letters: who wants what, where a letter stands, and whether its numbers add up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from editorial.letters import segments, tokens
from editorial.letters.addresses import hashed
from editorial.letters.enums import WAITING, BatchState, DeliveryState, Exclusion
from editorial.letters.models import Batch, Campaign, Delivery, LetterChoice, Newsletter, Suppression
from ground.registry import origin_counters


def choices_of(account: User) -> dict[str, Any]:
    """What /account/letters/ shows: each offered newsletter with its switch, and whether letters are held back."""
    wanted = dict(LetterChoice.objects.filter(account=account).values_list("newsletter_id", "wanted"))
    held_back = Suppression.objects.filter(address_hash=hashed(account.email)).first()
    rows = [{"newsletter": n, "wanted": wanted.get(n.pk, False)} for n in Newsletter.objects.offered()]
    return {"rows": rows, "held_back": held_back}


def panel(account: User) -> dict[str, Any] | None:
    """The card on the account home; left out where the house has no newsletter. One query."""
    mine = Count("choices", filter=Q(choices__account=account, choices__wanted=True))
    rows = list(Newsletter.objects.offered().annotate(mine=mine))
    return {"rows": [{"newsletter": n, "wanted": bool(n.mine)} for n in rows]} if rows else None


def choice_of(token: str) -> LetterChoice | None:
    """The choice of an unsubscribe link; None when the link is not ours or the account has gone."""
    asked = tokens.read(token)
    rows = LetterChoice.objects.select_related("newsletter")
    return rows.filter(token=asked.choice).first() if asked else None


def wanting(campaign: Campaign, at: datetime) -> QuerySet[User]:
    """The letter's candidates at a business moment: of its segment, those who chose the newsletter."""
    chose = LetterChoice.objects.filter(newsletter=campaign.newsletter_id, wanted=True).values("account_id")
    return User.objects.filter(pk__in=segments.accounts(campaign.segment, at)).filter(pk__in=chose)


@dataclass(frozen=True, slots=True)
class Balance:
    """`candidates = submitted + excluded`, once nothing waits."""

    candidates: int
    submitted: int
    excluded: int
    waiting: int
    in_doubt: int
    reasons: dict[str, int]

    @property
    def holds(self) -> bool:
        """True when everybody who was frozen is accounted for."""
        return self.candidates == self.submitted + self.excluded + self.waiting

    @property
    def settled(self) -> bool:
        """True when, besides, nobody waits."""
        return self.holds and not self.waiting


def balance(campaign: Campaign) -> Balance:
    """Counted from the rows themselves, against the number that was frozen. One query."""
    rows = Delivery.objects.filter(campaign=campaign).values_list("state", "reason").annotate(n=Count("pk")).order_by()
    by_state: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for state, reason, n in rows:
        by_state[state] = by_state.get(state, 0) + n
        if reason:
            reasons[str(Exclusion(reason).label)] = n
    return Balance(
        candidates=campaign.candidates or 0,
        submitted=by_state.get(DeliveryState.SUBMITTED, 0),
        excluded=by_state.get(DeliveryState.EXCLUDED, 0),
        waiting=sum(by_state.get(state, 0) for state in WAITING),
        in_doubt=by_state.get(DeliveryState.SUBMITTING, 0),
        reasons=reasons,
    )


def board() -> list[Campaign]:
    """Every letter, newest first, with how many were handed over. One query."""
    done = Count("deliveries", filter=Q(deliveries__state=DeliveryState.SUBMITTED))
    return list(Campaign.objects.select_related("newsletter").annotate(submitted=done).order_by("-created_at")[:200])


def aftermath(campaign: Campaign) -> dict[str, int]:
    """What came of a letter: returns and complaints by delivery, leaving and joins by letter, never by person."""
    sent = Delivery.objects.filter(campaign=campaign)
    told = sent.aggregate(
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
        complained=Count("pk", filter=Q(complained_at__isnull=False)),
    )
    return {**told, "left": campaign.left, "joins": joins([campaign]).get(campaign.origin, 0)}


def joins(campaigns: list[Campaign]) -> dict[str, int]:
    """How many joined by way of these letters, by origin; asked of whoever registered to count."""
    found: dict[str, int] = {}
    for counter in origin_counters:
        for origin, n in counter.count([c.origin for c in campaigns]).items():
            found[origin] = found.get(origin, 0) + n
    return found


def batches(campaign: Campaign) -> list[Batch]:
    """The letter's batches with what became of their mails. One query."""
    counts = {state.value: Count("deliveries", filter=Q(deliveries__state=state)) for state in DeliveryState}
    return list(Batch.objects.filter(campaign=campaign).annotate(**{f"n_{k}": c for k, c in counts.items()}))


def for_a_person(campaign: Campaign) -> list[Batch]:
    """Batches that wait for somebody's decision."""
    return [b for b in batches(campaign) if b.state in (BatchState.AMBIGUOUS, BatchState.FAILED)]
