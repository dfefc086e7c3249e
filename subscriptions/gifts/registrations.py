"""What gifts add to the lists of the ground floor and to billing's hooks."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ground.registry import (
    AccountPanel,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    Offer,
    OffersProvider,
    account_panels,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
    offers_providers,
)
from subscriptions.billing import hooks
from subscriptions.billing.models import PlanPrice
from subscriptions.gifts import actions
from subscriptions.gifts.models import Gift, GiftState


def register() -> None:
    """Called once at start."""
    hooks.paid_once.append(actions.settled)
    # The letter with the code is sent by itself; the notice that is kept does not have it.
    notice_kinds.register(NoticeKind("gifts.bought", _("A gift is ready"), "gifts/notices/bought", mail=False))
    notice_kinds.register(NoticeKind("gifts.claimed", _("A gift was opened"), "gifts/notices/claimed"))
    notice_kinds.register(NoticeKind("gifts.ending", _("Before a gift ends"), "gifts/notices/ending"))
    offers_providers.register(OffersProvider("gifts", _no_offers, _ways, order=60))
    due_work.register(DueWork("gifts-send", actions.send_due, order=30))
    due_work.register(DueWork("gifts-ending", actions.tell_ending, order=31))
    account_panels.register(AccountPanel("gifts", "gifts/panel.html", _panel, order=60))
    export_sections.register(ExportSection("gifts", _("Gifts"), ("gifts.Gift",), _own, order=25))
    erasure_steps.register(ErasureStep("gifts", ("gifts.Gift",), _erase, order=61))


def _no_offers(tier_keys: Sequence[str]) -> dict[str, list[Offer]]:
    return {}


def _ways() -> list[tuple[Any, str]]:
    """A seat for somebody else, where any is sold."""
    sold = PlanPrice.objects.filter(active=True, gift_months__isnull=False, stripe_price__isnull=False).exists()
    return [(_("Give a seat away"), reverse("gifts:index"))] if sold else []


def _panel(account: Any) -> dict[str, Any]:
    given = Gift.objects.filter(buyer=account).exclude(state=GiftState.NEW).select_related("price__plan")
    return {"given": list(given[:3])}


def _own(account: Any) -> list[dict[str, Any]]:
    rows = list(Gift.objects.filter(buyer=account)) + list(Gift.objects.filter(claimed_by=account))
    return [
        {"gift": str(g.price), "state": g.state, "given": g.buyer_id == account.pk, "at": g.created_at.isoformat(),
         "for": g.recipient_name if g.buyer_id == account.pk else "", "words": g.message,
         "until": g.ends.isoformat() if g.ends else None}
        for g in rows
    ]  # fmt: skip


def _erase(account: Any) -> None:
    """What was given stays opened; names, addresses and words go."""
    Gift.objects.filter(buyer=account).update(buyer_name="", message="", recipient_name="", recipient_email="")
    Gift.objects.filter(claimed_by=account).update(recipient_name="", recipient_email="", message="")
