"""An editor's previews: as a visitor, with a free account, at each tier, and to the end; on a phone, a tablet, a desk."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from editorial import wall
from membership.keys import ACCOUNT, PUBLIC
from membership.queries import tiers_for_preview

VISITOR, FREE, MEMBER, TIER = "visitor", "account", "member", "tier:"


def modes() -> list[tuple[str, Any]]:
    """For the menu of the preview panel; one query."""
    tiers = [(f"{TIER}{tier.key}", tier.name) for tier in tiers_for_preview()]
    return [(VISITOR, _("As a visitor")), (FREE, _("With a free account")), *tiers, (MEMBER, _("To the end"))]


def sizes() -> list[dict[str, Any]]:
    """For the buttons of the preview panel; widths in CSS pixels. The smallest is the one that readers most often have."""
    return [
        {"name": "phone", "icon": "mobile-alt", "device_width": 360, "label": _("On a phone, 360 pixels wide")},
        {"name": "tablet", "icon": "tablet-alt", "device_width": 820, "label": _("On a tablet, 820 pixels wide")},
        {"name": "desk", "icon": "desktop", "device_width": 1440, "label": _("At a desk, 1440 pixels wide")},
    ]


def may_of(mode: str) -> wall.May:
    """What a reader of this kind may open. An unknown mode is a visitor."""
    if mode == MEMBER:
        return wall.everything
    if mode == FREE:
        return lambda key: key in (PUBLIC, ACCOUNT)
    if mode.startswith(TIER):
        rights = next((t.gives for t in tiers_for_preview() if t.entitlement == mode), frozenset())
        return lambda key: key in (PUBLIC, ACCOUNT) or key in rights
    return wall.visitor
