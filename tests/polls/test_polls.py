"""A poll counts one vote for each account, whatever happens; it is open to those whom it asks, and tells what came of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from editorial import feeds
from editorial.polls import actions
from editorial.polls.models import Option, Poll, Vote
from ground import clock, registry
from tests.editorial.conftest import address, reader, tables  # noqa: F401 - a fixture
from tests.factories import accounts
from tests.factories import editorial as pages

Open = Callable[[str], Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def english() -> Iterator[None]:
    """Whatever page was read before."""
    with override("en"):
        yield


def poll(key: str = "which", **fields: Any) -> Poll:
    made = Poll.objects.create(key=key, question_zh="哪一只？", question_en="Which <one>?", **fields)
    for place, (zh, en) in enumerate([("天青", "Sky blue"), ("灰的", "The grey one")]):
        Option.objects.create(poll=made, sort_order=place, label_zh=zh, label_en=en)
    return made


def asked(made: Poll, gated: bool = False, **fields: Any) -> Any:
    block = ("poll", {"poll": made})
    return pages.story(body=[pages.text("Free."), pages.members(block) if gated else block], **fields)


def vote(client: Client, made: Poll, option: Any, back: str = "/en/") -> Any:
    return client.post(reverse("polls:vote", args=[made.pk]), {"option": option, "next": back})


def test_a_visitor_sees_the_question_and_the_way_in_but_no_form(client: Client) -> None:
    page = asked(poll())
    text = client.get(address(page)).content.decode()
    assert "Which &lt;one&gt;?" in text
    assert "Sky blue" in text
    assert "/account/login/?next=" in text
    assert 'name="option"' not in text
    assert "<progress" not in text


def test_an_account_votes_sees_the_numbers_and_may_change_its_mind(reader: Open) -> None:  # noqa: F811
    made = poll()
    path, client = address(asked(made)), reader("free")
    blue, grey = made.options.all()
    text = client.get(path).content.decode()
    assert 'name="option"' in text and "<progress" not in text
    answer = vote(client, made, blue.pk, f"{path}#poll-{made.pk}")
    assert answer["Location"] == f"{path}#poll-{made.pk}"
    text = client.get(path).content.decode()
    assert "1 · 100%" in text and "your answer" in text and "Change my answer" in text
    vote(client, made, grey.pk)
    assert [v.option_id for v in Vote.objects.all()] == [grey.pk]
    other = reader("patron")
    vote(other, made, blue.pk)
    text = other.get(path).content.decode()
    assert text.count("1 · 50%") == 2


def test_the_database_itself_allows_one_vote(reader: Open) -> None:  # noqa: F811
    made, person = poll(), accounts.person()
    option = made.options.first()
    Vote.objects.create(poll=made, option=option, account=person, voted_at=clock.now())
    with pytest.raises(IntegrityError):
        Vote.objects.create(poll=made, option=option, account=person, voted_at=clock.now())


def test_both_languages_count_together(reader: Open) -> None:  # noqa: F811
    made = poll()
    english = asked(made)
    chinese = pages.story("zh-hans", beside=english, body=[("poll", {"poll": made})])
    client = reader("free")
    vote(client, made, made.options.first().pk)
    assert "天青" in client.get(address(chinese)).content.decode()
    assert "100%" in client.get(address(chinese)).content.decode()


def test_a_closed_poll_takes_no_vote_and_shows_everybody_the_result(client: Client) -> None:
    made = poll(closes_at=clock.now() - timedelta(minutes=1))
    person = accounts.person()
    with pytest.raises(actions.Refused, match="closed"):
        actions.vote(poll=made, option_id=made.options.first().pk, account=person)
    text = client.get(address(asked(made))).content.decode()
    assert "<progress" in text and "0 answers" in text
    assert "/account/login/?next=%2Fen%2Fstories" not in text.split('class="poll"')[1].split("</section>")[0]


@pytest.mark.parametrize("option", ["", "x", "0", "-1", "1" * 30, "99"])
def test_what_is_no_answer_is_refused_and_said(reader: Open, option: str) -> None:  # noqa: F811
    made = poll()
    path, other = address(asked(made)), poll("other").options.first()
    client = reader("free")
    vote(client, made, option if option != "99" else other.pk)
    assert not Vote.objects.exists()
    assert "Choose one of the answers." in client.get(path).content.decode()


def test_a_poll_for_members_shows_others_the_way_to_the_table(reader: Open) -> None:  # noqa: F811
    made = poll(requires="tier:companion")
    path = address(asked(made))
    friend, companion = reader("friend"), reader("companion")
    assert "need=tier%3Acompanion" in friend.get(path).content.decode()
    vote(friend, made, made.options.first().pk)
    assert not Vote.objects.exists()
    vote(companion, made, made.options.first().pk)
    assert Vote.objects.count() == 1


def test_behind_the_wall_a_poll_is_neither_seen_nor_voted_in(reader: Open) -> None:  # noqa: F811
    made = poll()
    page = asked(made, gated=True)
    free = reader("free")
    for client in (Client(), free):
        text = client.get(address(page)).content.decode()
        assert "Sky blue" not in text and "Which" not in text and f"poll-{made.pk}" not in text
    vote(free, made, made.options.first().pk)
    assert not Vote.objects.exists()
    member = reader("companion")
    assert "Sky blue" in member.get(address(page)).content.decode()
    vote(member, made, made.options.first().pk)
    assert Vote.objects.count() == 1


def test_a_visitor_who_posts_is_led_to_the_door_and_back(client: Client) -> None:
    made = poll()
    answer = vote(client, made, made.options.first().pk, "/en/stories/x/#poll-1")
    assert answer["Location"].startswith("/en/account/login/?next=%2Fen%2Fstories%2Fx%2F%23poll-1")
    assert client.get(reverse("polls:vote", args=[made.pk])).status_code == 405


def test_the_way_back_never_leaves_the_house(reader: Open) -> None:  # noqa: F811
    made = poll()
    assert vote(reader("free"), made, made.options.first().pk, "https://evil.example/")["Location"] == "/"


def test_in_a_feed_a_poll_is_its_question_and_its_answers() -> None:
    asked(poll())
    feed = feeds.atom("en")
    assert "Which" in feed and "Sky blue" in feed
    assert "hole:" not in feed and "&lt;form" not in feed


def test_a_vote_costs_a_reader_one_query_more(reader: Open) -> None:  # noqa: F811
    path, client = address(asked(poll())), reader("companion")
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    assert [table for table in tables(found) if table.startswith("polls")] == ["polls_vote"]


def test_votes_go_along_and_go_away_with_their_account() -> None:
    made, person = poll(), accounts.person()
    actions.vote(poll=made, option_id=made.options.first().pk, account=person)
    section = registry.export_sections.get("votes")
    assert section and section.collect(person)[0]["answer"] == "Sky blue"
    step = registry.erasure_steps.get("votes")
    assert step
    step.erase(person)
    assert not Vote.objects.exists()


def test_editors_make_polls(admin_client: Client) -> None:
    assert "Which &lt;one&gt;?" in (poll() and admin_client.get("/cms/snippets/polls/poll/").content.decode())
