"""What membership adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.registry import (
    AccountPanel,
    DemoSeed,
    ErasureStep,
    ExportSection,
    SegmentSource,
    account_panels,
    demo_seeds,
    erasure_steps,
    export_sections,
    segments,
)
from membership import crowd, demo, keys, queries
from membership.keys import KeySource
from membership.models import EntitlementGrant, Tier, TierRight

LEDGER = ("membership.EntitlementGrant",)


def register() -> None:
    """Called once at start."""
    account_panels.register(AccountPanel("membership", "membership/panels/seat.html", _seat_panel, order=10))
    export_sections.register(ExportSection("membership", _("Membership"), LEDGER, _own_grants, order=10))
    erasure_steps.register(ErasureStep("membership", LEDGER, _erase_grants, order=50))
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
    return [
        {
            "right": g.key,
            "because": f"{g.source_kind}:{g.source_id}",
            "from": g.starts.isoformat(),
            "until": g.ends.isoformat() if g.ends else None,
        }
        for g in rows
    ]


def _erase_grants(account: Any) -> None:
    EntitlementGrant.objects.filter(account=account).delete()
