"""How a person appears in rooms: the same few words in events, pages and presence."""

from typing import Any

from accounts.models import User
from community.models.group import GroupMember
from ground.templatetags.yaji import tint

NOBODY: dict[str, str] = {"id": "", "name": "", "tint": "", "badge_zh": "", "badge_en": ""}


def person(account: User | None, place: GroupMember | None = None) -> dict[str, str]:
    """Id, name, tint and badge of a person in a group; empty texts for somebody who has left."""
    if account is None:
        return dict(NOBODY)
    return {
        "id": str(account.public_id),
        "name": account.display_name,
        "tint": tint(account.public_id),
        "badge_zh": place.badge_zh if place else "",
        "badge_en": place.badge_en if place else "",
    }


def brief(account: User) -> dict[str, str]:
    """Id, name and tint: presence and typing need no more."""
    return {"id": str(account.public_id), "name": account.display_name, "tint": tint(account.public_id)}


def places(group_id: int, account_ids: Any) -> dict[int, GroupMember]:
    """Places of these accounts in the group, by account id; one query."""
    return {p.account_id: p for p in GroupMember.objects.filter(group_id=group_id, account_id__in=account_ids)}
