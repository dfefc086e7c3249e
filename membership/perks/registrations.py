"""What perks add to the lists of the ground floor."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ground import facts
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
from membership import keys
from membership.keys import KeySource
from membership.perks import actions, demo, queries
from membership.perks.enums import State
from membership.perks.models import Birthday, Obligation, ObligationMove, Perk

MODELS = ("perks.Obligation", "perks.Birthday")


def register() -> None:
    """Called once at start."""
    keys.register_kind("perk", "A standing perk")
    keys.sources.register(KeySource("perks", "perks", asked=_asked))
    account_panels.register(AccountPanel("perks", "perks/panel.html", _panel, order=20))
    notice_kinds.register(
        NoticeKind("perks.owed", _("Something of mine is being prepared"), "perks/notices/owed", mail=False)
    )
    notice_kinds.register(NoticeKind("perks.sent", _("Something of mine is on its way"), "perks/notices/sent"))
    due_work.register(DueWork("perks", actions.owe_due, order=42))
    due_work.register(DueWork("perks taken back", actions.void_due, order=43))
    due_work.register(DueWork("perks expired", actions.expire_due, order=44))
    export_sections.register(ExportSection("perks", _("Perks"), MODELS, _own, order=13))
    erasure_steps.register(ErasureStep("perks", MODELS, _erase, order=47))
    demo_seeds.register(DemoSeed("perks", demo.seed, order=37))
    member_activities.register(MemberActivity("perks", _("Perks"), _activity, order=50))
    facts.rights_changed.connect(_rights_changed, dispatch_uid="perks.rights")


def _rights_changed(account_id: int, **kwargs: Any) -> None:
    """A refund voids the ticket, at once."""
    actions.void_account(account_id)


def _asked() -> list[tuple[str, str]]:
    return list(Perk.objects.filter(archived=False).values_list("key", "entitlement"))


def _panel(account: User) -> dict[str, Any] | None:
    perks = queries.perks_of(account)
    return {"perks": perks} if perks else None


def _own(account: User) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"perk": o.perk.key, "period": o.period_key, "state": o.state, "owed": o.owed_at.isoformat(), "code": o.code}
        for o in Obligation.objects.filter(account=account).select_related("perk").order_by("owed_at")
    ]
    return rows + [
        {"birthday": str(b), "agreed": b.agreed_at.isoformat()} for b in Birthday.objects.filter(account=account)
    ]


def _activity(account: User, limit: int) -> list[tuple[datetime, str, str]]:
    """What came of everything owed to this account. One query."""
    moves = (
        ObligationMove.objects.filter(obligation__account=account)
        .select_related("obligation__perk")
        .order_by("-at", "-pk")
    )
    return [
        (m.at, f"{m.obligation.perk.name}: {State(m.after).label} ({m.actor})",
         reverse("perks_admin:due", args=[m.obligation.perk_id]))
        for m in moves[:limit]
    ]  # fmt: skip


def _erase(account: User) -> None:
    Obligation.objects.filter(account=account).delete()
    Birthday.objects.filter(account=account).delete()
