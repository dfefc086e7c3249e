"""What files add to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from editorial.files.models import HouseFile
from ground.registry import ErasureStep, ExportSection, erasure_steps, export_sections

MODELS = ("files.HouseFile",)


def register() -> None:
    """Called once at start."""
    export_sections.register(ExportSection("files", _("Files"), MODELS, _own, order=61))
    erasure_steps.register(ErasureStep("files", MODELS, _disown, order=61))


def _own(account: Any) -> list[dict[str, Any]]:
    rows = HouseFile.objects.filter(uploaded_by_user=account).order_by("pk")
    return [{"title": f.title, "kind": f.kind, "created": f.created_at.isoformat()} for f in rows]


def _disown(account: Any) -> None:
    """Files belong to the house; who brought them is forgotten."""
    HouseFile.objects.filter(uploaded_by_user=account).update(uploaded_by_user=None)
