"""What a visit costs: nothing for a visitor, a handful of queries for a member, and nobody's page for anybody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial import shells
from editorial.models import StoryPage, Topic
from tests.editorial.conftest import address, tables
from tests.factories import accounts, community, membership
from tests.factories import editorial as pages

Open = Callable[[str], Client]
WHO = ["accounts_user"]  # who it is, and whether their rights have changed: asked at every visit
RIGHTS = ["membership_entitlementgrant"]  # kept for seconds, under the epoch that the visit has just read
ROOM = [
    "community_room",
    "community_groupmember",
    "community_message",
    "community_sanction",
    "community_seat",
]  # kept for half a minute
UNREAD = ["community_seat"]  # the dock's count, kept for seconds


SHELF = ["readers_reading"]


def tokenless(text: str) -> str:
    """The page without the tokens of its forms: they are new each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def visit(client: Client, path: str) -> tuple[str, list[str]]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode(), tables(asked)


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["story", "channel", "home", "feed"])
def test_a_visitors_second_visit_asks_nothing(reader: Open, gated_story: StoryPage, what: str) -> None:
    path = {
        "story": address(gated_story),
        "channel": "/en/stories/",
        "home": "/en/",
        "feed": "/feeds/atom.xml?lang=en",
    }[what]
    first, _ = visit(reader("visitor"), path)
    again, asked = visit(Client(), path)
    assert asked == []
    assert again == first


@pytest.fixture
def talked_over(gated_story: StoryPage) -> StoryPage:
    """The story with a room in which something was said."""
    room = community.room(subject_key=gated_story.subject_key, read_key="stories:all")
    community.say(membership.member("patron"), room)
    return gated_story


@pytest.mark.django_db
def test_a_members_visit_asks_only_about_the_member(reader: Open, talked_over: StoryPage) -> None:
    visit(reader("patron"), address(talked_over))  # somebody else's visit makes the page ready
    client = reader("companion")
    text, first = visit(client, address(talked_over))
    assert pages.GATED in text
    assert "talk-card" in text
    assert len(first) <= 12
    assert sorted(set(first)) == sorted({*WHO, *RIGHTS, *ROOM, *UNREAD, *SHELF})
    again, asked = visit(client, address(talked_over))
    assert tokenless(again) == tokenless(text)
    assert asked == [*WHO, *SHELF]


@pytest.mark.django_db
def test_at_the_wall_a_visit_costs_no_more(reader: Open, talked_over: StoryPage) -> None:
    client = reader("friend")
    visit(client, address(talked_over))
    text, asked = visit(client, address(talked_over))
    assert 'class="wall"' in text
    assert "2 of 2 left this month" in text
    assert asked == [*WHO, *SHELF]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["free", "friend", "companion"])
def test_a_page_from_memory_is_the_page_that_would_have_been_made_for_this_reader(
    reader: Open, talked_over: StoryPage, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [reader(other) for other in ("companion", "patron", "friend")]
    client = reader(kind)
    for browser in [*others, client]:
        browser.get(address(talked_over))
    quick = client.get(address(talked_over)).content.decode()
    monkeypatch.setattr(shells, "answer", lambda *given: None)
    plain = client.get(address(talked_over)).content.decode()
    assert tokenless(quick) == tokenless(plain)
    assert (pages.GATED in plain) is (kind == "companion")


@pytest.mark.django_db
def test_nobodys_name_or_count_is_on_anothers_page(talked_over: StoryPage) -> None:
    path, clients = address(talked_over), {}
    membership.tiers()
    for name in ("Quentin", "Zelda"):
        clients[name] = Client()
        clients[name].force_login(membership.member("companion", account=accounts.person(name)),
                                  backend="django.contrib.auth.backends.ModelBackend")  # fmt: skip
    texts = {name: client.get(path).content.decode() for name, client in clients.items()}
    assert '<span class="avatar avatar--s" aria-hidden="true">Q</span>' in texts["Quentin"]
    assert '<span class="avatar avatar--s" aria-hidden="true">Z</span>' in texts["Zelda"]
    assert all(mark not in text for text in texts.values() for mark in (shells.FACE, "hole:", shells.ROOM))


@pytest.mark.django_db
def test_unread_rooms_are_counted_for_whoever_reads(talked_over: StoryPage) -> None:
    from community.models import Room, Seat

    account, other = membership.member("companion"), membership.member("companion")
    room = Room.objects.get(subject_key=talked_over.subject_key)
    Seat.objects.create(room=room, account=account, last_read_no=0)
    texts = []
    for person in (other, account):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        texts.append(client.get(address(talked_over)).content.decode())
    assert "1 unread" not in texts[0]
    assert '<span class="count"><span aria-hidden="true">1</span><span class="sr">1 unread</span></span>' in texts[1]


@pytest.mark.django_db
def test_no_cache_on_the_way_may_keep_a_members_page(reader: Open, gated_story: StoryPage) -> None:
    path = address(gated_story)
    member = reader("companion")
    before = reader("visitor").get(path)
    assert before["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert member.get(path)["Cache-Control"] == "private, no-cache"
    after = reader("visitor").get(path)
    assert pages.GATED not in after.content.decode()
    assert after.content == before.content


@pytest.mark.django_db(transaction=True)
def test_publishing_taking_back_and_moving_are_seen_at_once(reader: Open) -> None:
    page = pages.story(slug="after-rain", title="Before")
    path, client = address(page), reader("visitor")
    member = reader("companion")
    assert "Before" in client.get(path).content.decode()
    member.get(path)

    page.title = "Afterwards"
    page.save_revision().publish()
    assert "Afterwards" in client.get(path).content.decode()

    page.body = [pages.text("All new.")]
    page.save_revision().publish()
    for browser in (client, member):
        text = browser.get(path).content.decode()
        assert "All new." in text
        assert pages.GATED not in text

    page.unpublish()
    assert client.get(path).status_code == 404
    assert "Afterwards" not in client.get("/en/stories/").content.decode()

    page.save_revision().publish()
    assert client.get(path).status_code == 200
    page.delete()
    assert client.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_topic_that_gets_another_name_is_seen_at_once(reader: Open) -> None:
    topic = Topic.objects.create(slug="celadon", name_zh="青瓷", name_en="celadon")
    stories = [pages.story() for _ in range(2)]
    for story in stories:
        story.topics.set([topic])
        story.save()
    client = reader("visitor")
    assert "Also on: celadon" in client.get(address(stories[0])).content.decode()
    topic.name_en = "greenware"
    topic.save()
    assert "Also on: greenware" in client.get(address(stories[0])).content.decode()


@pytest.mark.django_db
def test_a_right_that_ends_closes_the_very_next_page(gated_story: StoryPage) -> None:
    from membership.actions import Source, revoke

    account = membership.member("companion")
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert pages.GATED in client.get(address(gated_story)).content.decode()
    revoke(account=account, source=Source("staff", "test"), actor="test")
    assert pages.GATED not in client.get(address(gated_story)).content.decode()


@pytest.mark.django_db
def test_a_right_that_runs_out_closes_the_page_at_that_very_moment(gated_story: StoryPage) -> None:
    end = timezone.now() + timedelta(hours=1)
    client = Client()
    client.force_login(membership.member("companion", ends=end), backend="django.contrib.auth.backends.ModelBackend")
    for moment, open_ in ((end - timedelta(seconds=1), True), (end, False), (end + timedelta(seconds=1), False)):
        with time_machine.travel(moment, tick=False):
            assert (pages.GATED in client.get(address(gated_story)).content.decode()) is open_
