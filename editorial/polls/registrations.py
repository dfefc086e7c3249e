"""What polls add to the lists of the lower floors."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from editorial import holes
from editorial.polls import showing
from editorial.polls.models import Option, Poll, Vote
from editorial.receivers import tell
from ground.registry import ErasureStep, ExportSection, erasure_steps, export_sections

MODELS = ("polls.Vote",)


def register() -> None:
    """Called once at start."""
    holes.register("poll", showing.render)
    export_sections.register(ExportSection("votes", _("Votes"), MODELS, _own, order=62))
    erasure_steps.register(ErasureStep("votes", MODELS, _erase, order=62))
    for model in (Poll, Option):
        for happened in (post_save, post_delete):
            happened.connect(tell, sender=model, dispatch_uid=f"polls.{model.__name__}")


def _own(account: Any) -> list[dict[str, Any]]:
    rows = Vote.objects.filter(account=account).select_related("poll", "option").order_by("pk")
    return [{"question": str(v.poll), "answer": str(v.option), "at": v.voted_at.isoformat()} for v in rows]


def _erase(account: Any) -> None:
    """A vote is a person's own: it goes with them."""
    Vote.objects.filter(account=account).delete()
