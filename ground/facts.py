"""Facts: things that have happened, told across floors. Past tense, sent after commit, arguments as documented.

Receivers do their own work and never undo the sender's. Within an app call the function instead.
"""

from django.dispatch import Signal

rights_changed = Signal()
"""An account's rights changed. `account_id: int`, `epoch: int` (the account's new auth epoch)."""

clock_moved = Signal()
"""Business time jumped. `now: datetime`."""

edition_announced = Signal()
"""A box edition was announced. `edition_key: str`, `title_zh: str`, `title_en: str`, `entitlement: str`,
`opens: datetime`."""

story_shown = Signal()
"""A story was published, changed or taken back. `story_key: str`, `title_zh: str`, `title_en: str`, `entitlement: str`
(who reads it; empty: everybody), `readable: bool` (False: it stands in no language any more)."""

content_changed = Signal()
"""Cached public pages must fall. `reason: str`."""

offers_changed = Signal()
"""Prices or cut-offs that pages show changed. `reason: str`."""

letters_asked_for = Signal()
"""An account that did not sign up by itself had asked for letters where it comes from. `account_id: int`, `how: str`."""

presence_changed = Signal()
"""Somebody chose whether others see that they are here. `account_id: int`."""
