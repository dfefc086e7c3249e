"""What readers' things add to the lists of the ground floor."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from editorial.readers import queries
from editorial.readers.models import GiftLink, Reading
from ground.registry import (
    AccountPanel,
    ErasureStep,
    ExportSection,
    account_panels,
    erasure_steps,
    export_sections,
)

MODELS = ("readers.Reading", "readers.GiftLink")
ON_THE_PANEL = 3


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("reading", "readers/panel.html", _panel, order=30))
    export_sections.register(ExportSection("reading", _("Reading"), MODELS, _collect, order=30))
    erasure_steps.register(ErasureStep("reading", MODELS, _erase, order=30))


def _panel(account: Any) -> dict[str, Any]:
    language = get_language() or "en"
    begun = queries.shelf(account, language, saved=False, most=ON_THE_PANEL)
    return {"begun": begun, "saved": queries.shelf(account, language, saved=True, most=ON_THE_PANEL)}


def _collect(account: Any) -> list[dict[str, Any]]:
    readings = [
        {
            "story": f"story:{r.story}",
            "saved_at": r.saved_at.isoformat() if r.saved_at else None,
            "read_percent": r.percent,
            "last_read_at": r.touched_at.isoformat() if r.touched_at else None,
        }
        for r in Reading.objects.filter(account=account).order_by("pk")
    ]
    gifts = [
        {"gift_of": f"story:{g.story}", "made_at": g.made_at.isoformat(), "opened": g.opened}
        for g in GiftLink.objects.filter(giver=account).order_by("pk")
    ]
    return [*readings, *gifts]


def _erase(account: Any) -> None:
    Reading.objects.filter(account=account).delete()
    GiftLink.objects.filter(giver=account).delete()
