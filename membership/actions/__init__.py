"""Writes of membership: the ledger, tiers, complimentary seats."""

from membership.actions.comps import NoEnd, end_comp, give_comp, run_comps
from membership.actions.ledger import Source, UnknownEntitlement, grant, revoke
from membership.actions.tiers import STEP, order_tiers

__all__ = [
    "STEP",
    "NoEnd",
    "Source",
    "UnknownEntitlement",
    "end_comp",
    "give_comp",
    "grant",
    "order_tiers",
    "revoke",
    "run_comps",
]
