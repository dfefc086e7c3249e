"""What an order is flagged with: what staff wrote, as they wrote it, or a key of ours that becomes words when it is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.actions import returns

words: dict[str, Promise | str] = {returns.FLAG: _("Its money went back.")}
"""The words of our keys; parts above add theirs. A key begins with `#`, but for the oldest, which is English."""


def shown(flag: str) -> str:
    """The flag in the reader's language; what staff wrote stays as it is."""
    return str(words.get(flag, flag))
