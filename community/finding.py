"""Groups and rooms in the site search: only those that the asker may know of."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from community import access
from community.enums import Role
from community.models import Group, Room
from ground.localized import pick
from ground.search import Answer, SearchHit, SearchQuery, one_section, query_terms


def search_rooms(query: SearchQuery) -> Answer:
    """Every term must be in the thing's own words, Chinese by pairs. Three queries beside the asker's rights."""
    terms = query_terms(query.text).split()
    if not terms:
        return Answer([])
    account = access.signed_in(query.account) if query.account else None
    found = [thing for thing in _all() if all(term in _words(thing) for term in terms)]
    hits = [_hit(thing, query.language) for thing in _known(found, account)]
    return one_section("rooms", _("Rooms"), hits, query, order=40)


def _all() -> Iterator[Group | Room]:
    yield from Group.objects.order_by("pk")
    yield from Room.objects.select_related("group").order_by("group_id", "pk")


def _words(thing: Group | Room) -> str:
    return f"{thing.name_zh} {thing.name_en} {thing.about_zh} {thing.about_en}".lower()


def _known(things: list[Group | Room], account: User | None) -> list[Group | Room]:
    """Rights are asked for only when something was found, staff's only when something found is hidden."""
    if not things:
        return []
    rights = access.rights(account)
    roles = access.roles_of(account) if account else {}
    seen = [thing for thing in things if _may_know(thing, account, rights, roles)]
    if account is None or len(seen) == len(things) or not access.is_staff(account):
        return seen
    everything = {thing.pk if isinstance(thing, Group) else thing.group_id: Role.MODERATOR.value for thing in things}
    return [thing for thing in things if _may_know(thing, account, rights, everything)]


def _may_know(thing: Group | Room, account: User | None, rights: access.Rights, roles: dict[int, str]) -> bool:
    if isinstance(thing, Group):
        return access.known_group(thing, roles.get(thing.pk, ""))
    role = roles.get(thing.group_id, "")
    listed = thing.listed and access.known_group(thing.group, role)
    return listed or access.can(thing, account, rights, role).read


def _hit(thing: Group | Room, language: str) -> SearchHit:
    kind = _("Group") if isinstance(thing, Group) else _("Room")
    return SearchHit(pick(thing, "name", language), thing.get_absolute_url(), pick(thing, "about", language), kind)
