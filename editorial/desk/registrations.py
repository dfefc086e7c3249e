"""What the desk adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from editorial.desk import demo
from editorial.desk.models import Agreement
from ground.registry import (
    DemoSeed,
    ErasureStep,
    ExportSection,
    NoticeKind,
    demo_seeds,
    erasure_steps,
    export_sections,
    notice_kinds,
)

MODELS = ("desk.Agreement",)
NOTICES = [
    ("asked", _("A page waits for a second editor")),
    ("agreed", _("A second editor has agreed")),
    ("returned", _("A second editor asks for changes")),
    ("refused", _("A publication was refused")),
]


def register() -> None:
    """Called once at start."""
    for key, label in NOTICES:
        notice_kinds.register(NoticeKind(f"desk.{key}", label, f"desk/notices/{key}"))
    export_sections.register(ExportSection("agreements", _("Agreements"), MODELS, _own, order=61))
    erasure_steps.register(ErasureStep("agreements", MODELS, _erase, order=61))
    demo_seeds.register(DemoSeed("reads", demo.seed, order=75))


def _own(account: Any) -> list[dict[str, Any]]:
    rows = Agreement.objects.filter(editor=account).select_related("page").order_by("pk")
    return [{"agreed_to": row.page.title, "at": row.at.isoformat()} for row in rows]


def _erase(account: Any) -> None:
    """That somebody agreed stays; who it was is forgotten."""
    Agreement.objects.filter(editor=account).update(editor=None)
    Agreement.objects.filter(author=account).update(author=None)
