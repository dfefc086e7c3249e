"""Words that no group and no room is called, because the house has a page there."""

from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from community import reserved
from community.models import Group, Room
from tests.factories.community import room

pytestmark = pytest.mark.django_db


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one, route)


def test_every_word_that_has_a_page_is_reserved() -> None:
    root = reverse("community:groups").removeprefix("/")
    below = [route.removeprefix(root).split("/") for route in routes(get_resolver()) if route.startswith(root)]
    assert {first for first, *_ in below if first and "<" not in first} == reserved.GROUPS
    seconds = {parts[1] for parts in below if parts[0] == "<slug:group>" and len(parts) > 1}
    assert {word for word in seconds if word and "<" not in word} == reserved.ROOMS


def test_a_form_refuses_them_at_their_field() -> None:
    where = room()
    where.full_clean()
    for thing, words in ((where, reserved.ROOMS), (where.group, reserved.GROUPS)):
        for word in words:
            thing.slug = word
            with pytest.raises(ValidationError) as caught:
                thing.full_clean()
            assert list(caught.value.message_dict) == ["slug"]


def test_the_check_names_those_that_are_there() -> None:
    where = room()
    assert not [m for m in run_checks(databases=["default"]) if m.id == "community.W001"]
    Room.objects.filter(pk=where.pk).update(slug="elections")
    Group.objects.filter(pk=where.group_id).update(slug="under")
    told = [m.msg for m in run_checks(databases=["default"]) if m.id == "community.W001"]
    assert len(told) == 2
    assert told[0].startswith("The group 'under'") and told[1].startswith("The room 'elections' of the group 'under'")
