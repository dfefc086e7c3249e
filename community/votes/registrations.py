"""What votes add to the lists of the lower floors."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from community.votes import personal
from community.votes.elections import due
from ground import registry
from ground.registry import DueWork, ErasureStep, ExportSection, NoticeKind

LETTER_WAITS = timedelta(minutes=10)


def register() -> None:
    """Called once at start."""
    label, folder = _("An election in a group of mine"), "votes/notices/election"
    registry.notice_kinds.register(
        NoticeKind(due.KIND, label, folder, True, True, 48, LETTER_WAITS, due.still_worth_a_letter)
    )
    registry.due_work.register(DueWork("elections", due.run, order=55))
    registry.due_work.register(DueWork("elections-told", due.tell, order=56))
    registry.export_sections.register(
        ExportSection("elections", _("Elections"), personal.MODELS, personal.collect, order=42)
    )
    registry.erasure_steps.register(ErasureStep("elections", personal.MODELS, personal.erase, order=38))
