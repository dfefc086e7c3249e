"""What files and links add to the lists of the ground floor and of the community."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community import parts
from community.hung import actions, demo, personal, views
from community.hung.links import jobs, ours
from community.models import Message
from community.parts import Attacher, Hook, PartKind, Tool
from ground.registry import (
    AddressKind,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    address_kinds,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
)


def register() -> None:
    """Called once at start."""
    parts.kinds.register(PartKind("file", "hung/parts/file.html", order=10, line="name"))
    parts.kinds.register(PartKind("link", "hung/parts/link.html", order=30))
    parts.kinds.register(PartKind("card", "hung/parts/card.html", order=30))
    parts.tools.register(Tool("file", "hung/tool.html", order=10))
    parts.attachers.register(Attacher("files", actions.attach, actions.unsent, ("alt", "name"), views.of_form))
    parts.said.register(Hook("links", jobs.note))
    parts.buried.register(Hook("files", actions.bury))
    parts.shown.register(Hook("files", _shown))
    address_kinds.register(AddressKind("rooms", ours.subject_at))
    due_work.register(DueWork("hung-thumbs", actions.thumbs_due, order=50))
    due_work.register(DueWork("hung-links", jobs.run_due, order=55))
    due_work.register(DueWork("hung-sweep", actions.sweep, order=61))
    due_work.register(DueWork("hung-forget", jobs.forget, order=62))
    demo_seeds.register(DemoSeed("pictures in rooms", demo.seed, order=62))
    export_sections.register(
        ExportSection("room_files", _("Files in rooms"), personal.MODELS, personal.collect, order=42)
    )
    erasure_steps.register(ErasureStep("room_files", personal.MODELS, personal.erase, order=42))


def _shown(message: Message) -> None:
    """What was made of its files while it was hidden is shown now."""
    if message.parts:
        transaction.on_commit(lambda: actions.show_anew(message.pk))
