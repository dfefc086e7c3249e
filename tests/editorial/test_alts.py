"""A picture without a description is an editor's warning, never a silent empty string."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from wagtail.models import Page

from editorial import alts
from tests.factories import editorial as pages

pytestmark = pytest.mark.django_db


def shown(alt: str) -> dict[str, Any]:
    return {"image": pages.picture(), "alt": alt, "title": "", "caption": "", "credit": ""}


def test_each_picture_that_says_nothing_is_named_by_its_place() -> None:
    page = pages.story(
        lead_image=pages.picture(), lead_alt=" ",
        body=[pages.text("Words."), ("image", shown("A kiln")), ("image", shown("")),
              pages.members(("gallery", {"label": "Two", "pictures": [shown("A"), shown("")]}))],
    )  # fmt: skip
    with override("en"):
        found = alts.without_words(page)
    assert found == [
        "The page’s own picture has no description.",
        "Block 3 (Picture): a picture has no description.",
        "Block 4 (Gallery): a picture has no description.",
    ]


def test_what_is_described_or_has_no_picture_is_not_named() -> None:
    assert (
        alts.without_words(
            pages.story(lead_image=pages.picture(), lead_alt="A bowl", body=[("image", shown("A kiln"))])
        )
        == []
    )
    assert alts.without_words(pages.story()) == []
    assert alts.without_words(Page.objects.get(depth=1)) == []


def test_an_editor_reads_the_warning_after_saving(admin_client: Client) -> None:
    page = pages.story(lead_image=pages.picture(), lead_alt="", body=[])
    form = {
        "title": page.title, "slug": page.slug, "lead_image": page.lead_image_id, "lead_alt": "", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0,
        "credits-TOTAL_FORMS": 0, "credits-INITIAL_FORMS": 0, "body-count": 0, "notes-count": 0, "audience": "", "title_lines": "", "kicker": "", "seq": "",
        "standfirst": "", "author": "", "date": "", "closing": "", "room_subject": "", "edition_subject": "",
    }  # fmt: skip
    text = admin_client.post(f"/cms/pages/{page.pk}/edit/", form, follow=True).content.decode()
    assert "The page’s own picture has no description." in text
