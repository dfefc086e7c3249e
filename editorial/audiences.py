"""For whom something is published: the entitlement key that opens it, as editors choose it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from membership.keys import ACCOUNT, PUBLIC

EVERYBODY = (PUBLIC, _("Everybody"))
CLOSED = [
    (ACCOUNT, _("Everybody with an account")),
    ("stories:friend", _("Friends’ stories: Friend and above")),
    ("stories:all", _("Members’ stories: Companion and above")),
    ("tier:friend", _("Friends and above")),
    ("tier:companion", _("Companions and above")),
    ("tier:patron", _("Patrons only")),
]


def page_choices() -> list[tuple[str, Any]]:
    """For a whole page; the first is open."""
    return [EVERYBODY, *CLOSED]


def block_choices() -> list[tuple[str, Any]]:
    """For a section inside a page; never open."""
    return list(CLOSED)
