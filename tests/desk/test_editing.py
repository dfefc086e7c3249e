"""Editors at a story: two at once, drafts and dates, comparing, commenting, locking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment, Revision

from accounts.models import User
from editorial.models import StoryCredit, StoryPage
from ground import clock
from ground.tasks import run_due
from tests.desk.conftest import SOURCE, draft, form_of, messages_of, topic
from tests.factories import editorial as pages

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


def save(client: Client, page: StoryPage, data: dict[str, Any], act: str = "") -> Any:
    return client.post(f"/cms/pages/{page.pk}/edit/", data | ({act: "1"} if act else {}), follow=True)


def now_of(page: StoryPage) -> StoryPage:
    return StoryPage.objects.get(pk=page.pk)


@pytest.mark.parametrize("published", [True, False])
def test_of_two_editors_who_publish_at_once_the_second_loses_nothing_and_overwrites_nothing(wen: User, lin: User, at: At, published: bool) -> None:  # fmt: skip
    page = pages.story() if published else draft(wen)
    page.save_revision(user=wen)
    first, second = at(wen), at(lin)
    of_wen, of_lin = form_of(first, page), form_of(second, page)  # both have it open
    save(first, page, of_wen | {"standfirst": "By Wen."}, "action-publish")
    answer = save(second, page, of_lin | {"standfirst": "By Lin."}, "action-publish")
    assert "Wen saved another version while you were writing" in messages_of(answer)
    assert now_of(page).standfirst == "By Wen." and now_of(page).live
    assert now_of(page).get_latest_revision_as_object().standfirst == "By Lin."
    compare = next(
        a["href"] for a in BeautifulSoup(answer.content, "html.parser").select(".messages a") if "compare" in a["href"]
    )
    shown = (
        BeautifulSoup(second.get(compare).content, "html.parser").select_one("td.comparison").get_text(" ", strip=True)
    )
    assert "Wen" in shown and "Lin" in shown
    save(second, page, form_of(second, page), "action-publish")  # having seen both
    assert now_of(page).standfirst == "By Lin."


def test_who_saves_a_draft_over_another_is_told(wen: User, lin: User, at: At) -> None:
    page = draft(wen)
    first, second = at(wen), at(lin)
    of_wen, of_lin = form_of(first, page), form_of(second, page)
    save(first, page, of_wen | {"standfirst": "By Wen."})
    assert "saved another version" in messages_of(save(second, page, of_lin | {"standfirst": "By Lin."}))
    texts = [r.content["standfirst"] for r in Revision.objects.for_instance(page).order_by("pk")]
    assert texts[-2:] == ["By Wen.", "By Lin."]


def test_autosave_does_not_write_over_a_newer_version(wen: User, lin: User, at: At) -> None:
    page = draft(wen)
    of_lin = form_of(at(lin), page)
    save(at(wen), page, form_of(at(wen), page) | {"standfirst": "By Wen."})
    answer = at(lin).post(
        f"/cms/pages/{page.pk}/edit/", of_lin | {"standfirst": "By Lin."}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 400 and answer.json()["error_code"] == "invalid_revision"
    assert now_of(page).get_latest_revision_as_object().standfirst == "By Wen."


def test_one_s_own_autosave_is_nobody_else(wen: User, lin: User, at: At) -> None:
    page, client = draft(wen), at(wen)
    data = form_of(client, page)
    json = {"accept": "application/json"}
    first = client.post(f"/cms/pages/{page.pk}/edit/", data | {"standfirst": "Typing"}, headers=json).json()
    again = {"standfirst": "Typing on", "overwrite_revision_id": first["revision_id"]}
    assert client.post(f"/cms/pages/{page.pk}/edit/", data | again, headers=json).json()["success"]
    # The form still names the revision that it was opened on, as the browser's does.
    assert "has been published" in messages_of(save(client, page, data | {"standfirst": "Done."}, "action-publish"))
    assert now_of(page).standfirst == "Done." and now_of(page).live
    # Another's autosave, which rewrites the very revision that this form was opened on, is somebody else.
    opened = form_of(at(lin), page)
    client.post(f"/cms/pages/{page.pk}/edit/", form_of(client, page) | {"standfirst": "More.",
                "overwrite_revision_id": now_of(page).latest_revision_id}, headers=json)  # fmt: skip
    said = messages_of(save(at(lin), page, opened | {"standfirst": "By Lin."}, "action-publish"))
    assert "Wen saved another version" in said and now_of(page).standfirst == "Done."


@pytest.mark.parametrize("nonsense", ["", "x", "2026-99-99T00:00:00", "2026-01-01T00:00:00", "0"])
def test_a_form_that_does_not_say_when_it_was_opened_is_taken_as_it_is(wen: User, at: At, nonsense: str) -> None:
    page, client = draft(wen), at(wen)
    data = form_of(client, page) | {"loaded_revision_created_at": nonsense, "loaded_revision_id": nonsense}
    assert save(client, page, data, "action-publish").status_code == 200 and now_of(page).live


def test_a_story_goes_out_and_comes_down_on_its_dates_with_the_sweep(wen: User, at: At, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    client, page = at(wen), draft(wen)
    soon, later = timezone.localtime() + timedelta(hours=2), timezone.localtime() + timedelta(days=9)
    dates = {"go_live_at": f"{soon:%Y-%m-%d %H:%M}", "expire_at": f"{later:%Y-%m-%d %H:%M}"}
    answer = save(client, page, form_of(client, page) | dates, "action-publish")
    assert "scheduled for publishing" in messages_of(answer)
    run_due(clock.now())
    assert not now_of(page).live and now_of(page).scheduled_revision is not None
    assert "has been scheduled" in messages_of(client.get(f"/cms/pages/{page.pk}/edit/"))
    move(page, "go_live_at")
    run_due(clock.now())
    assert now_of(page).live and Client().get(f"/en/stories/{page.slug}/").status_code == 200
    StoryPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        run_due(clock.now())
    assert now_of(page).expired and Client().get(f"/en/stories/{page.slug}/").status_code == 404


def test_publishing_dates_are_real_dates_whatever_the_sandbox_clock_says(wen: User) -> None:
    page = draft(wen, go_live_at=timezone.now() + timedelta(days=3))
    page.latest_revision.publish()
    clock.use_offset(lambda: timedelta(days=30))
    try:
        run_due(clock.now())
    finally:
        clock.use_offset(None)
    assert not now_of(page).live


def move(page: StoryPage, name: str) -> None:
    """The date has come."""
    past = timezone.now() - timedelta(minutes=1)
    revision = now_of(page).scheduled_revision
    revision.content[name] = past.isoformat()
    Revision.objects.filter(pk=revision.pk).update(content=revision.content, approved_go_live_at=past)


def test_two_versions_are_compared_field_by_field_also_in_streams_and_credits(wen: User, at: At) -> None:
    page = draft(wen, source=True, reviewer=True)
    before = page.latest_revision
    page = now_of(page).get_latest_revision_as_object()
    page.title, page.standfirst, page.closing, page.audience = (
        "Another title",
        "Another standfirst",
        "To be continued",
        "account",
    )
    page.topics.set([topic("glaze")])
    page.credits.set([StoryCredit(role="author", words="Gu Tinglan")])
    page.body = [
        pages.text("A wholly new paragraph."),
        ("quote", {"text": "A glaze is a lake.", "who": "Zhou", "what": ""}),
        ("timeline", {"moments": [{"when": "874", "what": "Sealed"}, {"when": "1987", "what": "Opened"}]}),
        ("act", {"text": "Come along", "act": "Come", "to": "", "address": ""}),
        ("image", {"image": pages.picture(), "alt": "A kiln on a hill", "title": "", "caption": "", "credit": "Yaji"}),
        ("gallery", {"label": "Two looks", "pictures": [{"image": pages.picture(), "alt": "One look"}, {"image": pages.picture(), "alt": "Another look"}]}),
        pages.members(pages.text("Behind the wall, newly.")),
    ]  # fmt: skip
    page.notes = [("source", {**SOURCE[1], "title": "Another book"})]
    after = page.save_revision(user=wen)
    shown = at(wen).get(f"/cms/pages/{page.pk}/revisions/compare/{before.pk}...{after.pk}/")
    assert shown.status_code == 200
    words = shown.content.decode()  # a picture's words stand in its alt
    for said in ("Another title", "Another standfirst", "To be continued", "wholly new paragraph", "A glaze is a lake.", "Opened",
                 "Behind the wall, newly.", "A kiln on a hill", "Another look", "Another book", "Gu Tinglan", "glaze"):  # fmt: skip
        assert said in words, said


def test_an_older_version_can_be_taken_up_again(wen: User, at: At) -> None:
    page = pages.story(standfirst="As it was.")
    older = page.save_revision(user=wen)
    page.standfirst = "As it became."
    page.save_revision(user=wen).publish()
    client = at(wen)
    assert client.get(f"/cms/pages/{page.pk}/revisions/{older.pk}/revert/").status_code == 200
    client.post(
        f"/cms/pages/{page.pk}/edit/",
        form_of(client, page) | {"standfirst": "As it was.", "revision": older.pk, "action-publish": "1"},
    )
    assert now_of(page).standfirst == "As it was."


def test_a_comment_at_a_field_and_at_a_block_is_kept_answered_and_resolved(wen: User, lin: User, at: At) -> None:
    page = draft(wen)
    block = page.body[0].id
    client = at(lin)
    data = form_of(client, page)
    assert client.get(f"/cms/pages/{page.pk}/edit/").context["form"].show_comments_toggle
    data |= {"comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": ""}
    for number, path in enumerate(("standfirst", f"body.{block}")):
        data |= {f"comments-{number}-{name}": value for name, value in {
            "id": "", "text": f"Is this so? {number}", "contentpath": path, "position": "", "resolved": "", "DELETE": "",
            "replies-TOTAL_FORMS": "0", "replies-INITIAL_FORMS": "0", "replies-MIN_NUM_FORMS": "0", "replies-MAX_NUM_FORMS": "",
        }.items()}  # fmt: skip
    data["comments-TOTAL_FORMS"] = "2"
    save(client, page, data)
    first, second = Comment.objects.filter(page=page).order_by("pk")
    assert (first.user, first.contentpath, second.contentpath) == (lin, "standfirst", f"body.{block}")
    kept = at(wen).get(f"/cms/pages/{page.pk}/edit/")
    assert "Is this so? 1" in str(kept.context["form"].serialize_comments(wen))
    # The comments are the desk's alone.
    page.latest_revision.publish()
    assert "Is this so?" not in Client().get(f"/en/stories/{page.slug}/").content.decode()


def test_a_comment_changes_nothing_that_was_agreed_to(wen: User, lin: User) -> None:
    from editorial.desk.digest import digest

    page = draft(wen)
    before = digest(page.latest_revision.content)
    Comment.objects.create(page=page, user=lin, text="Well.", contentpath="title")
    assert digest(now_of(page).save_revision(user=lin).content) == before


def test_a_locked_story_is_the_lockers_alone(wen: User, lin: User, at: At) -> None:
    page = draft(wen)
    assert at(wen).post(f"/cms/pages/{page.pk}/lock/").status_code == 302
    data = form_of(at(wen), page) | {"standfirst": "By Lin."}
    answer = save(at(lin), page, data)
    assert "locked" in answer.content.decode() and now_of(page).get_latest_revision_as_object().standfirst != "By Lin."
    save(at(wen), page, form_of(at(wen), page) | {"standfirst": "By Wen."})
    assert now_of(page).get_latest_revision_as_object().standfirst == "By Wen."
    assert at(lin).post(f"/cms/pages/{page.pk}/unlock/").status_code == 302
    assert not now_of(page).locked
