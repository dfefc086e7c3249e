"""What votes add to the lists of the lower floors."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from community import parts
from community.parts import Hook, PartKind, Tool
from community.votes import demo, personal
from community.votes.elections import due
from community.votes.polls import actions, part, publishing
from ground import registry
from ground.registry import DemoSeed, DueWork, ErasureStep, ExportSection, NoticeKind

LETTER_WAITS = timedelta(minutes=10)


def register() -> None:
    """Called once at start."""
    label, folder = _("An election in a group of mine"), "votes/notices/election"
    registry.notice_kinds.register(
        NoticeKind(due.KIND, label, folder, True, True, 48, LETTER_WAITS, due.still_worth_a_letter)
    )
    registry.due_work.register(DueWork("elections", due.run, order=55))
    registry.due_work.register(DueWork("elections-told", due.tell, order=56))
    registry.due_work.register(DueWork("room-polls", publishing.run, order=50))
    parts.kinds.register(PartKind(part.KIND, "votes/parts/poll.html", order=20, mine=part.mine, line="question"))
    parts.tools.register(Tool("poll", "votes/parts/tool.html", order=20))
    parts.said.register(Hook("polls", actions.keep_question))
    parts.buried.register(Hook("polls", actions.forget))
    parts.shown.register(Hook("polls", publishing.as_it_stands))
    registry.export_sections.register(
        ExportSection("room_votes", _("Polls and elections"), personal.MODELS, personal.collect, order=42)
    )
    registry.erasure_steps.register(ErasureStep("room_votes", personal.MODELS, personal.erase, order=38))
    registry.demo_seeds.register(DemoSeed("votes", demo.seed, order=63))
