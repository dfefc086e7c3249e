"""Writes on what staff keep about members."""

from membership.people.actions.marking import add_note, forget_filter, keep_filter, put_tag, take_tag
from membership.people.actions.working import NotAllowed, drop, run_due, start, step, try_bulk, try_import

__all__ = [
    "NotAllowed",
    "add_note",
    "drop",
    "forget_filter",
    "keep_filter",
    "put_tag",
    "run_due",
    "start",
    "step",
    "take_tag",
    "try_bulk",
    "try_import",
]
