"""What this part adds to the lists of the ground floor and to the hooks below."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.registry import (
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
)
from subscriptions.boxes import hooks
from subscriptions.curation import demo
from subscriptions.curation.actions import asking, keeping, running
from subscriptions.curation.models import Had, Stance

MODELS = ("curation.Stance", "curation.Had")


def register() -> None:
    """Called once at start."""
    hooks.allocators.append(running.allocate)
    hooks.orders_moved.append(keeping.orders_moved)
    hooks.had.append(keeping.remember)
    hooks.promises.append(keeping.promises)
    due_work.register(DueWork("curation-runs", asking.run_wanted, order=33))
    export_sections.register(ExportSection("curation", _("Tastes, and what you have"), MODELS, _own, order=31))
    erasure_steps.register(ErasureStep("curation", MODELS, _erase, order=54))
    demo_seeds.register(DemoSeed("curation", demo.seed, order=28))  # after the boxes and their other plans


def _own(account: Any) -> list[dict[str, Any]]:
    stances = Stance.objects.filter(account=account).select_related("trait").order_by("trait")
    rows: list[dict[str, Any]] = [{"trait": str(s.trait), "answer": s.stance, "at": s.at.isoformat()} for s in stances]
    had = Had.objects.filter(account=account).select_related("item").order_by("at", "pk")
    return rows + [{"item": str(h.item), "from": h.source, "at": h.at.isoformat()} for h in had]


def _erase(account: Any) -> None:
    """Nothing of it is a trade record: the boxes that were sent are."""
    Stance.objects.filter(account=account).delete()
    Had.objects.filter(account=account).delete()
