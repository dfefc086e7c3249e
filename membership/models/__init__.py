"""Tiers and the ledger of rights."""

from membership.models.comp import Comp
from membership.models.grace import GraceSetting
from membership.models.grant import EntitlementGrant, GrantChange
from membership.models.meter import MeterSetting
from membership.models.tier import ComparisonCell, ComparisonRow, Tier, TierBenefit, TierRight, TierStep

__all__ = [
    "Comp",
    "ComparisonCell",
    "ComparisonRow",
    "EntitlementGrant",
    "GraceSetting",
    "GrantChange",
    "MeterSetting",
    "Tier",
    "TierBenefit",
    "TierRight",
    "TierStep",
]
