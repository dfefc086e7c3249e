"""Editors at work: the admin's pages, and previews that keep the wall."""

import pytest
from django.test import Client, RequestFactory

from editorial.models import StoryPage
from editorial.team import ensure_team
from tests.factories import accounts, membership
from tests.factories import editorial as pages


@pytest.fixture
def editor(db: object) -> Client:
    """A browser of somebody in the group of editors."""
    account = accounts.person("Editor")
    account.groups.add(ensure_team())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_an_editor_can_open_every_kind_of_page(editor: Client) -> None:
    story = pages.story()
    for page in (story, story.get_parent(), story.get_parent().get_parent()):
        assert editor.get(f"/cms/pages/{page.pk}/edit/").status_code == 200
    assert editor.get(f"/cms/pages/add/editorial/storypage/{story.get_parent().pk}/").status_code == 200
    assert editor.get("/cms/snippets/editorial/topic/").status_code == 200
    assert editor.get("/cms/images/").status_code == 200


@pytest.mark.django_db
def test_somebody_who_is_no_editor_cannot(db: object) -> None:
    client = Client()
    client.force_login(accounts.person(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/cms/pages/{pages.story().pk}/edit/").status_code in (302, 403)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "sees"),
    [
        ("visitor", False),
        ("account", False),
        ("tier:friend", False),
        ("tier:companion", True),
        ("member", True),
        ("no such", False),
    ],
)
def test_a_preview_shows_what_that_reader_would_see(editor: Client, mode: str, sees: bool) -> None:
    membership.tiers()
    page = pages.story()
    page.body = [pages.text("Fresh draft."), pages.members(pages.text("A gated draft."))]
    page.save_revision()
    draft = StoryPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    answer = draft.make_preview_request(RequestFactory().get("/"), mode)
    text = answer.rendered_content if hasattr(answer, "rendered_content") else answer.content.decode()
    assert "Fresh draft." in text
    assert ("A gated draft." in text) is sees
    assert "Fresh draft." not in Client().get(f"/en/stories/{page.slug}/").content.decode()


@pytest.mark.django_db
def test_minutes_are_counted_from_the_text() -> None:
    short = pages.story(body=[pages.text("One line.")])
    long = pages.story(body=[pages.text("word " * 1500)])
    chinese = pages.story("zh-hans", body=[pages.members(pages.text("字" * 1000))])
    assert (short.minutes, long.minutes, chinese.minutes) == (1, 7, 3)
