"""Writes on perks and what is owed of them."""

from membership.perks.actions.birthdays import keep_birthday, take_back_birthday
from membership.perks.actions.marking import Tried, bring_codes, mark, try_marks, undo_last
from membership.perks.actions.moving import NotAllowed, move, receive
from membership.perks.actions.owing import NothingLeft, NotYours, claim, owe, owe_due
from membership.perks.actions.voiding import expire_due, void_account, void_due

__all__ = [
    "NotAllowed",
    "NotYours",
    "NothingLeft",
    "Tried",
    "bring_codes",
    "claim",
    "expire_due",
    "keep_birthday",
    "mark",
    "move",
    "owe",
    "owe_due",
    "receive",
    "take_back_birthday",
    "try_marks",
    "undo_last",
    "void_account",
    "void_due",
]
