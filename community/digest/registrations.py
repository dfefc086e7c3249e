"""What the digest adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.digest import writing
from community.digest.models import Digest
from ground.registry import (
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
)

MODELS = ("digest.Digest",)


def register() -> None:
    """Called once at start."""
    notice_kinds.register(
        NoticeKind(
            writing.KIND,
            _("Once a week: what is unread in my rooms"),
            writing.TEMPLATE,
            refusable=True,
            order=42,
            letter_only=True,
        )
    )
    due_work.register(DueWork("digest", writing.write_due, order=84))
    due_work.register(DueWork("digest-forget", writing.forget, order=95))
    export_sections.register(ExportSection("digest", _("The week's letter"), MODELS, _own, order=41))
    erasure_steps.register(ErasureStep("digest", MODELS, _erase, order=41))


def _own(account: User) -> list[dict[str, Any]]:
    return list(Digest.objects.filter(account=account).order_by("at").values("week", "rooms"))


def _erase(account: User) -> None:
    Digest.objects.filter(account=account).delete()
