"""Writes on group seats."""

from membership.seats.actions.blocks import run_due, set_block
from membership.seats.actions.inviting import (
    Line,
    accept,
    add_domain,
    invite,
    join_by_domain,
    remove_domain,
    resend,
    withdraw,
)
from membership.seats.actions.sitting import NoSeat, release, restore, sit

__all__ = [
    "Line",
    "NoSeat",
    "accept",
    "add_domain",
    "invite",
    "join_by_domain",
    "release",
    "remove_domain",
    "resend",
    "restore",
    "run_due",
    "set_block",
    "sit",
    "withdraw",
]
