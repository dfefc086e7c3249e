"""Comments below a story are a room like every other, and its readers are the story's."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from community import comments, queries, said
from community.comments import room_under
from community.enums import Reason, WatchAct
from community.models import HeldMessage, Message, WatchedWord
from community.moderation import actions as moderation
from editorial.models import StoryPage
from editorial.receivers import tell_all_shown
from tests.community.test_pages import signed_in
from tests.factories.accounts import person
from tests.factories.community import moderator, say
from tests.factories.editorial import story
from tests.factories.membership import member

pytestmark = pytest.mark.django_db(transaction=True)


def shown(page: StoryPage, **fields: object) -> StoryPage:
    """The story, published by an editor's button."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def part(page: StoryPage) -> str:
    return f"/en/groups/under/{page.subject_key}/?part=1"


def test_a_published_story_has_a_place_for_words_and_the_directory_does_not_list_it() -> None:
    page = shown(story("en"))
    room = room_under(page.subject_key)
    assert room is not None and room.name_en == page.title and room.read_key == ""
    ann = person("Ann")
    assert room.group.slug not in signed_in(ann).get("/en/groups/").content.decode()
    client = signed_in(ann)
    assert b"Nobody has said anything yet" in client.get(part(page)).content
    assert client.post(part(page), {"body": "I saw one in Longquan.", "cid": uuid.uuid4()}).json() == {}
    html = client.get(part(page)).content.decode()
    assert "I saw one in Longquan." in html and "1 reader" in html
    assert client.get(f"/en/groups/under/{page.subject_key}/")["Location"] == room.get_absolute_url()
    assert queries.unread_total(person()) == 0 and not said.find(ann, "Longquan")


def test_who_may_not_read_the_story_reads_and_says_nothing_below_it_and_a_change_counts_at_once() -> None:
    page = shown(story("en"), audience="tier:patron")
    say(member("patron"), comments.room_under(page.subject_key), "xyzzy")  # type: ignore[arg-type]
    ann = person()
    for client in (Client(), signed_in(ann)):
        answer = client.get(part(page))
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.get(part(page).partition("?")[0]).status_code == 404
    assert signed_in(ann).post(part(page), {"body": "Let me in", "cid": uuid.uuid4()}).status_code == 404
    patron = signed_in(member("patron"))
    assert b"xyzzy" in patron.get(part(page)).content
    assert b"<yaji-comments" in patron.get(page.url).content
    assert b"<yaji-comments" not in signed_in(ann).get(page.url).content + Client().get(page.url).content
    shown(page, audience="")
    assert b"<yaji-comments" in Client().get(page.url).content
    assert b"xyzzy" in Client().get(part(page)).content
    page.unpublish()
    assert Client().get(part(page)).status_code == 204
    assert Message.objects.count() == 1


def test_both_languages_of_a_story_share_one_talk() -> None:
    page = shown(story("en"))
    other = shown(story("zh-hans", beside=page))
    assert other.subject_key == page.subject_key
    room = room_under(page.subject_key)
    assert room is not None and (room.name_en, room.name_zh) == (page.title, other.title)
    assert tell_all_shown() == 1


def test_what_the_house_refuses_is_told_and_what_waits_is_not_shown() -> None:
    page = shown(story("en"))
    WatchedWord.objects.create(pattern="cheap pills", act=WatchAct.BLOCK)
    WatchedWord.objects.create(pattern="auction", act=WatchAct.HOLD)
    client = signed_in(person())
    refused = client.post(part(page), {"body": "cheap pills", "cid": uuid.uuid4()})
    assert refused.status_code == 422 and refused.json()["words"]
    assert client.post(part(page), {"body": "", "cid": uuid.uuid4()}).status_code == 400
    held = client.post(part(page), {"body": "Seen at an auction", "cid": uuid.uuid4()}).json()
    assert held["held"] and HeldMessage.objects.count() == 1
    assert b"auction" not in client.get(part(page)).content
    assert Client().post(part(page), {"body": "x", "cid": uuid.uuid4()}).status_code == 401


def test_the_same_moderation_hides_a_word_below_a_story() -> None:
    page = shown(story("en"))
    room = room_under(page.subject_key)
    assert room is not None
    message = say(person(), room, "Buy my pots").message
    case = moderation.report(actor=person(), target_key=message.subject, reason=Reason.SPAM)
    assert case.due_at > timezone.now()
    moderation.hide_message(actor=moderator(room, person()), message_id=message.pk, reason=Reason.SPAM)
    assert b"Buy my pots" not in Client().get(part(page)).content


def test_the_page_of_the_story_holds_no_word_of_it() -> None:
    page = shown(story("en"))
    room = room_under(page.subject_key)
    assert room is not None
    say(person(), room, "xyzzy")
    html = Client().get(page.url).content.decode()
    assert f"/en/groups/under/{page.subject_key}/" in html and "xyzzy" not in html


def test_where_the_languages_ask_for_different_rights_nobody_reads_below() -> None:
    page = shown(story("en"), audience="tier:patron")
    shown(story("zh-hans", beside=page), audience="tier:companion")
    for tier in ("patron", "companion"):
        assert signed_in(member(tier)).get(part(page)).status_code == 204
