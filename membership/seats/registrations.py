"""What group seats add to the lists of the ground floor."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    MemberActivity,
    NoticeKind,
    account_panels,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    member_activities,
    notice_kinds,
)
from membership.seats import actions, demo, queries
from membership.seats.enums import Invited
from membership.seats.models import Invitation, SeatBlock, SeatHolder

MODELS = ("seats.SeatBlock", "seats.SeatHolder", "seats.Invitation")


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("seats", "seats/panel.html", _panel, order=15))
    for key, label in (("lost", _("A seat in a group was taken back")), ("choose", _("A group has fewer seats")),
                       ("shrunk", _("People of a group lost their seats"))):  # fmt: skip
        notice_kinds.register(NoticeKind(f"seats.{key}", label, f"seats/notices/{key}"))
    due_work.register(DueWork("group seats", actions.run_due, order=41))
    export_sections.register(ExportSection("seats", _("Group seats"), MODELS, _own, order=12))
    erasure_steps.register(ErasureStep("seats", MODELS, _erase, order=48))
    member_activities.register(MemberActivity("seats", _("Group seats"), _activity, order=51))
    demo_seeds.register(DemoSeed("seats", demo.seed, order=36))


def _panel(account: User) -> dict[str, Any] | None:
    blocks, kept = queries.blocks_of(account), queries.kept_for(account)
    sits = SeatHolder.objects.filter(account=account, released_at=None).select_related("block__owner", "block__tier")
    found = {"blocks": blocks, "kept": kept, "sits": list(sits)}
    return found if any(found.values()) else None


def _own(account: User) -> list[dict[str, Any]]:
    blocks = SeatBlock.objects.filter(owner=account).select_related("tier")
    rows: list[dict[str, Any]] = [{"seats": b.seats, "tier": b.tier.key, "from": b.starts.isoformat()} for b in blocks]
    rows += [{"invited": i.email, "state": i.state} for i in Invitation.objects.filter(block__owner=account)]
    mine = SeatHolder.objects.filter(account=account).select_related("block__tier")
    return rows + [{"sat on": h.block.tier.key, "from": h.taken_at.isoformat()} for h in mine]


def _activity(account: User, limit: int) -> list[tuple[datetime, str, str]]:
    """Seats that this account took and left. One query."""
    rows = (
        SeatHolder.objects.filter(account=account).select_related("block__owner", "block__tier").order_by("-taken_at")
    )
    told = []
    for row in rows[:limit]:
        who = {"tier": row.block.tier.name, "owner": row.block.owner.display_name}
        told.append((row.taken_at, gettext("Sat down as %(tier)s, paid for by %(owner)s") % who, ""))
        if row.released_at:
            told.append((row.released_at, gettext("Got up from the seat as %(tier)s, paid for by %(owner)s") % who, ""))
    return sorted(told, key=lambda one: one[0], reverse=True)[:limit]


def _erase(account: User) -> None:
    """The own seats and invitations go; people on seats of a block that is paid for stay until the payment says else."""
    SeatHolder.objects.filter(account=account).delete()
    Invitation.objects.filter(block__owner=account, state=Invited.WAITING).delete()
    Invitation.objects.filter(accepted_by=account).delete()
    Invitation.objects.filter(email__iexact=account.email).delete()
