"""To whom a letter can go: circles of every app, in SQL, and in step with the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from editorial.letters import queries, segments
from editorial.letters.addresses import hash_of, hashed
from editorial.letters.models import Newsletter
from ground import clock, registry
from membership import crowd, entitlements
from membership.actions import Source, grant, revoke
from tests.factories import community as rooms
from tests.factories import membership
from tests.factories.accounts import person
from tests.letters.conftest import compose, readers, wants

pytestmark = pytest.mark.django_db
KEYS = ("", "account", "tier:friend", "tier:patron", "stories:all", "stories:friend", "rooms:members", "box:monthly",
        "nonsense", "nothing:here")  # fmt: skip


def crowd_of_all_kinds() -> list[Any]:
    """People with every kind of history in the ledger."""
    now, day = clock.now(), timedelta(days=1)
    plain, asleep = person(), membership.member("patron")
    asleep.is_active = False
    asleep.save()
    early, late, left = person(), person(), membership.member("companion")
    grant(account=early, key="tier:friend", source=Source("gift", "1"), actor="test", starts=now + day)
    grant(
        account=late, key="tier:friend", source=Source("gift", "1"), actor="test", starts=now - 2 * day, ends=now - day
    )
    revoke(account=left, source=Source("staff", "test"), actor="test")
    boxed = person()
    grant(account=boxed, key="box:monthly", source=Source("plan", "1"), actor="test", ends=now + day)
    return [plain, asleep, early, late, left, boxed, *(membership.member(t) for t in ("friend", "companion", "patron"))]


def test_the_crowd_is_answered_as_each_one_would_be() -> None:
    people = crowd_of_all_kinds()
    held = crowd.held([p.pk for p in people], KEYS)
    for account in people:
        alone = get_user_model().objects.get(pk=account.pk)
        expected = {key for key in KEYS if account.is_active and entitlements.has(alone, key)}
        assert held[account.pk] == expected, account
        for key in KEYS:
            assert (account.pk in set(crowd.holders(key))) == (key in expected), (account, key)


def test_the_crowd_costs_the_same_whatever_its_number(django_assert_num_queries: Any) -> None:
    people = crowd_of_all_kinds()
    with django_assert_num_queries(2):
        crowd.held([p.pk for p in people], KEYS)


def test_circles_of_every_app_are_offered_and_resolve(newsletter: Newsletter) -> None:
    from subscriptions.boxes.models import BoxPlan

    membership.tiers()
    BoxPlan.objects.create(slug="monthly", name_zh="月令盒", name_en="The Monthly Box")
    room = rooms.room()
    talker, boxed = person(), person()
    rooms.moderator(room, talker)
    grant(account=boxed, key="box:monthly", source=Source("plan", "1"), actor="test")
    companion = membership.member("companion")
    for account in (talker, boxed, companion, person()):
        wants(account, newsletter)

    def meant(segment: str) -> set[int]:
        draft = compose(newsletter, slug=segment.replace(":", "-"), segment=segment)
        return set(queries.wanting(draft, clock.now()).values_list("pk", flat=True))

    assert len(meant("everybody")) == 4
    assert meant("tier:friend") == {companion.pk} and meant("tier:patron") == set()
    assert meant("box:monthly") == {boxed.pk}
    assert meant(f"group:{room.group.slug}") == {talker.pk}
    assert meant("nonsense") == meant("group:none") == meant("box:none") == set()
    for key in ("everybody", "tier:friend", "box:monthly", f"group:{room.group.slug}"):
        assert segments.known(key) and segments.label(key) != key
    assert not segments.known("tier:none") and not segments.known("nothing:at-all") and segments.label("x:y") == "x:y"
    assert {s.key for s in registry.segments} >= {"tier", "box", "group"}


def test_a_segment_is_one_query_whatever_its_size(newsletter: Newsletter, django_assert_num_queries: Any) -> None:
    readers(newsletter, 5)
    draft = compose(newsletter, segment="tier:friend")
    with django_assert_num_queries(1):
        list(queries.wanting(draft, clock.now()))


def test_the_database_hashes_addresses_as_we_do() -> None:
    account = person(email="mixed.case@example.com")
    found = get_user_model().objects.annotate(h=hash_of("email")).get(pk=account.pk)
    assert found.h == hashed(" Mixed.Case@Example.com ") and len(found.h) == 64
