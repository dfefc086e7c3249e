"""What membership adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.registry import (
    AccountPanel,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    SegmentSource,
    account_panels,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
    segments,
)
from membership import actions, crowd, demo, keys, queries
from membership.keys import KeySource
from membership.models import Comp, EntitlementGrant, Tier, TierRight

LEDGER = ("membership.EntitlementGrant", "membership.Comp")


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("membership", "membership/panels/seat.html", _seat_panel, order=10))
    export_sections.register(ExportSection("membership", _("Membership"), LEDGER, _own_grants, order=10))
    erasure_steps.register(ErasureStep("membership", LEDGER, _erase_grants, order=50))
    notice_kinds.register(
        NoticeKind(actions.comps.ENDING, _("A complimentary seat is ending"), "membership/notices/comp_ending")
    )
    due_work.register(DueWork("complimentary seats", actions.run_comps, order=40))
    segments.register(SegmentSource("tier", _("Who holds a tier"), crowd.tier_choices, crowd.at_tier, order=10))
    demo_seeds.register(DemoSeed("membership", demo.seed, order=10))
    keys.sources.register(KeySource("tiers", "tiers", given=_given))


def _given() -> list[str]:
    """What tiers give: their own keys, and the rows of their rights."""
    own = [f"tier:{key}" for key in Tier.objects.values_list("key", flat=True)]
    return own + list(TierRight.objects.values_list("key", flat=True).distinct())


def _seat_panel(account: Any) -> dict[str, Any]:
    return {"seat": queries.seat_of(account)}


def _own_grants(account: Any) -> list[dict[str, Any]]:
    rows = EntitlementGrant.objects.filter(account=account).order_by("starts")
    comps = Comp.objects.filter(account=account).select_related("tier").order_by("starts")
    given = [
        {"complimentary": c.tier.key, "from": c.starts.isoformat(), "until": c.ends.isoformat(), "reason": c.reason}
        for c in comps
    ]
    return given + [
        {
            "right": g.key,
            "because": f"{g.source_kind}:{g.source_id}",
            "from": g.starts.isoformat(),
            "until": g.ends.isoformat() if g.ends else None,
        }
        for g in rows
    ]


def _erase_grants(account: Any) -> None:
    Comp.objects.filter(account=account).delete()
    EntitlementGrant.objects.filter(account=account).delete()
