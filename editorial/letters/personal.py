"""What of letters belongs to a person: to take along, and to erase."""

from typing import Any

from accounts.models import User
from editorial.letters.addresses import hashed
from editorial.letters.enums import DeliveryState, Exclusion
from editorial.letters.models import Delivery, LetterChoice, Suppression

MODELS = ("letters.LetterChoice", "letters.Delivery")


def collect(account: User) -> list[dict[str, Any]]:
    """Choices, letters that went out, and whether the address is held back."""
    chosen = LetterChoice.objects.filter(account=account).select_related("newsletter").order_by("pk")
    sent = Delivery.objects.filter(account=account).select_related("campaign").order_by("pk")
    held = Suppression.objects.filter(address_hash=hashed(account.email))
    return [
        *({"newsletter": c.newsletter.key, "wanted": c.wanted, "how": c.how, "since": c.changed_at.isoformat()} for c in chosen),
        *({"letter": d.campaign.slug, "state": d.state, "reason": d.reason,
           "at": d.submitted_at.isoformat() if d.submitted_at else None} for d in sent),
        *({"held_back": s.trouble, "since": s.at.isoformat()} for s in held),
    ]  # fmt: skip


def erase(account: User) -> None:
    """Choices go. Deliveries stay as numbers of their letter, without the person. A suppressed address stays a hash:
    whoever complained must not be written to again."""
    LetterChoice.objects.filter(account=account).delete()
    own = Delivery.objects.filter(account=account)
    own.filter(state=DeliveryState.QUEUED).update(state=DeliveryState.EXCLUDED, reason=Exclusion.INACTIVE)
    own.update(account=None, address_hash="")
