"""What letters add to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from editorial.letters import demo, personal, queries
from editorial.letters.actions import sending
from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    account_panels,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
)


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("letters", "letters/panels/letters.html", _panel, order=60))
    due_work.register(DueWork("letters", sending.run_due, order=80))
    export_sections.register(ExportSection("letters", _("Letters"), personal.MODELS, personal.collect, order=65))
    erasure_steps.register(ErasureStep("letters", personal.MODELS, personal.erase, order=65))
    demo_seeds.register(DemoSeed("letters", demo.seed, order=70))


def _panel(account: User) -> dict[str, Any] | None:
    return queries.panel(account)
