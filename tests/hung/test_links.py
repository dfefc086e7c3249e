"""Links in messages are looked up after they were said: ours become cards, those of others a few plain words."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from community.actions import delete_message, edit_message
from community.chat.data import snapshot
from community.enums import Purpose
from community.hung.links import cards, jobs
from community.hung.links.reading import Words
from community.hung.models import LinkJob, Page
from community.models import Group, Message, RoomEvent
from ground import clock
from ground.registry import subject_of_address
from subscriptions.boxes.models import BoxPlan, Cycle
from tests.factories import editorial as pages
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db
URL = "https://kiln.test/a"


class Web:
    """A web that counts who asks."""

    def __init__(self, **words: str) -> None:
        self.words, self.asked = words, []  # type: ignore[var-annotated]

    def __call__(self, url: str) -> Words | None:
        self.asked.append(url)
        title = self.words.get(url.rpartition("/")[2], "")
        return Words(title, "Of <b>rain</b>.", "Kiln Notes") if title else None


def parts(message: Message) -> list[dict[str, Any]]:
    message.refresh_from_db()
    return list(message.parts)


def test_a_link_is_looked_up_after_the_message_is_there_and_the_room_is_told(ning: User) -> None:
    where = room()
    message = say(ning, where, f"Read {URL}").message
    assert parts(message) == [] and LinkJob.objects.count() == 1
    assert jobs.run_due(fetch=Web(a="The Kiln")) == 1
    found = parts(message)
    assert [(p["kind"], p["url"], p["title"], p["text"], p["site"]) for p in found] == [
        ("link", URL, "The Kiln", "Of <b>rain</b>.", "Kiln Notes")
    ]
    assert RoomEvent.objects.get(room=where, kind="part").payload == {"mid": message.pk, "parts": found}
    assert snapshot(where.pk)["messages"][message.pk]["parts"] == found
    assert not LinkJob.objects.exists() and jobs.run_due(fetch=Web()) == 0


def test_words_of_others_are_shown_as_words(ning: User, client_of: Any) -> None:
    where = room()
    say(ning, where, URL)
    jobs.run_due(fetch=Web(a="<script>alert(1)</script>"))
    html = client_of(ning).get(where.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script>alert" not in html


def test_a_message_without_links_is_no_work(ning: User) -> None:
    say(ning, room(), "No link, but mailto:a@b.test")
    assert not LinkJob.objects.exists()


def test_a_page_that_says_nothing_leaves_the_plain_link(ning: User) -> None:
    where = room()
    message = say(ning, where, URL).message
    jobs.run_due(fetch=Web())
    assert parts(message) == [] and not RoomEvent.objects.filter(kind="part").exists()


def test_the_first_three_are_looked_up_and_each_page_once_a_day(ning: User) -> None:
    where, web = room(), Web(a="A", b="B", c="C", d="D")
    moderator(where, ning)  # somebody new gives one address
    message = say(ning, where, " ".join(f"https://kiln.test/{name}" for name in "abcd")).message
    say(ning, where, "https://kiln.test/b again")
    jobs.run_due(fetch=web)
    assert [p["title"] for p in parts(message)] == ["A", "B", "C"]
    assert sorted(web.asked) == [f"https://kiln.test/{name}" for name in "abc"]
    Page.objects.update(asked_at=timezone.now() - jobs.FRESH)
    say(ning, where, "https://kiln.test/a")
    jobs.run_due(fetch=web)
    assert web.asked.count("https://kiln.test/a") == 2
    assert jobs.forget() == 2


def test_an_edit_changes_what_hangs_there(ning: User) -> None:
    where, web = room(), Web(a="A", b="B")
    message = say(ning, where, URL).message
    jobs.run_due(fetch=web)
    edit_message(actor=ning, message_id=message.pk, cid=uuid.uuid4(), body="https://kiln.test/b")
    jobs.run_due(fetch=web)
    assert [p["title"] for p in parts(message)] == ["B"]
    edit_message(actor=ning, message_id=message.pk, cid=uuid.uuid4(), body="nothing")
    jobs.run_due(fetch=web)
    assert parts(message) == []


def test_an_edit_while_a_page_is_fetched_is_not_overtaken_by_it(ning: User) -> None:
    message = say(ning, room(), URL).message

    def slowly(url: str) -> Words | None:
        if url == URL:
            edit_message(actor=ning, message_id=message.pk, cid=uuid.uuid4(), body="https://kiln.test/b")
        return Words(url, "", "")

    jobs.run_due(fetch=slowly)
    assert parts(message) == [] and LinkJob.objects.count() == 1, "the former link's words are not shown; the new one is due"  # fmt: skip
    jobs.run_due(fetch=slowly)
    assert [p["title"] for p in parts(message)] == ["https://kiln.test/b"]


def test_a_message_that_is_taken_back_while_a_page_is_fetched_stays_empty(ning: User) -> None:
    message = say(ning, room(), URL).message

    def slowly(url: str) -> Words | None:
        delete_message(actor=ning, message_id=message.pk)
        return Words("A", "", "")

    jobs.run_due(fetch=slowly)
    assert parts(message) == []


def test_a_job_that_kills_its_worker_is_tried_three_times(ning: User) -> None:
    say(ning, room(), URL)

    def deadly(url: str) -> Words | None:
        raise KeyboardInterrupt

    for _ in range(jobs.TRIES):
        with pytest.raises(KeyboardInterrupt):
            jobs.run_due(fetch=deadly)
        assert LinkJob.objects.count() == 1 and jobs.run_due(fetch=deadly) == 0, "somebody is at it"
        LinkJob.objects.update(due_at=timezone.now())
    assert jobs.run_due(fetch=deadly) == 1
    assert not LinkJob.objects.exists()


def test_a_job_that_fails_leaves_the_others_their_turn(ning: User, caplog: pytest.LogCaptureFixture) -> None:
    where = room()
    say(ning, where, URL)
    good = say(ning, where, "https://kiln.test/b").message
    LinkJob.objects.exclude(message=good).update(due_at=timezone.now() - timedelta(minutes=1))

    def failing(url: str) -> Words | None:
        if url == URL:
            raise RuntimeError("full")
        return Words("B", "", "")

    assert jobs.run_due(fetch=failing) == 1
    assert [p["title"] for p in parts(good)] == ["B"] and "RuntimeError: full" in caplog.text
    assert LinkJob.objects.get().due_at > timezone.now(), "it is tried again later"


def test_the_house_can_be_told_to_ask_nobody(ning: User, settings: Any) -> None:
    settings.LINK_PREVIEWS = False
    web = Web(a="A")
    say(ning, room(), URL)
    jobs.run_due(fetch=web)
    assert not web.asked


# --- cards ------------------------------------------------------------------------------------------------------------


def ours(path: str) -> str:
    return f"{django_settings.YAJI_ORIGINS[0]}{path}"


def test_a_story_of_ours_is_a_card_in_both_languages_and_is_never_fetched(ning: User, client_of: Any) -> None:
    page = pages.story(body=[pages.text("Free."), pages.members(pages.text("SecretSentence"))])
    where, web = room(), Web()
    message = say(ning, where, f"Read {ours(page.url)}").message
    jobs.run_due(fetch=web)
    assert not web.asked
    card = parts(message)[0]
    assert (card["kind"], card["subject"]) == ("card", page.subject_key)
    assert card["zh"]["title"] and card["en"]["title"] == page.title
    assert "SecretSentence" not in str(card)
    html = client_of(ning).get(where.get_absolute_url()).content.decode()
    assert 'class="chip-story' in html and page.title in html


def test_the_same_thing_twice_is_one_card(ning: User) -> None:
    page, where = pages.story(), room()
    message = say(moderator(where, ning), where, f"{ours(page.url)} {ours(page.url)}?a=b").message
    jobs.run_due(fetch=Web())
    assert len(parts(message)) == 1


def open_edition() -> Cycle:
    plan, now = BoxPlan.objects.create(slug="shelf", name_zh="架", name_en="Shelf"), clock.now()
    return Cycle.objects.create(
        plan=plan, period="2026-11", theme_zh="雨", theme_en="Rain", season_zh="小雪", season_en="Light Snow", state="open",
        opens_at=now - timedelta(days=1), cutoff_at=now + timedelta(days=5), billed_by=now + timedelta(days=6), ships_on=now.date(),
    )  # fmt: skip


def test_boxes_rooms_and_groups_are_cards_too() -> None:
    edition, where = open_edition(), room(read_key="")
    path = where.get_absolute_url()
    for given, subject in (("/en/boxes/", edition.key), ("/zh-hans/boxes", edition.key), (path, where.subject), (f"{path}?at=3", None), (where.group.get_absolute_url(), f"group:{where.group.pk}")):  # fmt: skip
        if subject:
            assert subject_of_address(given) == subject
            card = cards.card(given)
            assert (
                card is not None and card["zh"]["url"].startswith("/zh-hans/") and card["en"]["url"].startswith("/en/")
            )


@pytest.mark.parametrize("path", ["/", "/en/", "/en/nothing/here/", "/en/boxes/1/skip/2/", "/en/account/", "/en/groups/", "/en/groups/no/", "/en/groups/no/no/", "/cms/", "/en/%00/%ff/", "/xx/stories/a/"])  # fmt: skip
def test_what_is_no_thing_of_ours_is_no_card(path: str) -> None:
    assert cards.card(path) is None


def test_what_strangers_must_not_know_of_is_no_card_for_anybody(ning: User) -> None:
    hidden, draft = room(listed=False), pages.story()
    draft.unpublish()
    inside = room()
    Group.objects.filter(pk=inside.group.pk).update(listed=False)
    for path in (hidden.get_absolute_url(), draft.url or "/en/x/", inside.get_absolute_url(), inside.group.get_absolute_url()):  # fmt: skip
        assert cards.card(path) is None, path
    assert Client().get(hidden.get_absolute_url()).status_code == 404


def test_the_card_of_a_room_asks_for_that_room_alone(ning: User) -> None:
    from ground.registry import resolve_subjects

    inside, open_room, below = room(listed=False, read_key="stories:all"), room(), room()
    Group.objects.filter(pk=below.group_id).update(purpose=Purpose.COMMENTS)
    keys = [where.subject for where in (inside, open_room, below)]
    with CaptureQueriesContext(connection) as asked:
        assert set(resolve_subjects(keys, "en")) == {open_room.subject}
    assert len(asked) == 1
    assert set(resolve_subjects(keys, "en", moderator(inside, ning))) == {inside.subject, open_room.subject}
