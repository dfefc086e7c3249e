"""The blocks of a story: described for editors, shown before they are used, and never asking the database from a template."""

import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.blocks import StructBlock

from editorial import kept, wall
from editorial.blocks import FRONT_BLOCKS, NOTE_BLOCKS, STORY_BLOCKS
from editorial.models import StoryPage
from ground import pagecache
from tests.editorial.conftest import address, tables
from tests.factories import editorial as pages

Open = Callable[[str], Client]
ALL = {
    "text", "heading", "image", "gallery", "quote", "timeline", "members", "box", "slider", "zoom", "panorama", "model", "map",
    "audio", "video", "poll", "event", "room", "act",
}  # fmt: skip


def picture(**more: Any) -> dict[str, Any]:
    return {"image": pages.picture(), "alt": "Tea <hot>", "title": "", "caption": "", "credit": "", **more}


def test_a_story_is_made_of_these_blocks() -> None:
    assert {name for name, _ in STORY_BLOCKS} == ALL


@pytest.mark.parametrize(("name", "block"), [*STORY_BLOCKS, *FRONT_BLOCKS, NOTE_BLOCKS[1]])
def test_every_block_says_what_it_is(name: str, block: Any) -> None:
    assert block.meta.icon not in ("", "placeholder")
    assert str(block.label)
    assert str(block.meta.description)
    assert block.meta.template.startswith("editorial/")
    assert block.is_previewable


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ALL))
def test_every_block_of_a_story_can_be_seen_before_it_is_used(name: str) -> None:
    pages.picture()
    block = dict(STORY_BLOCKS)[name]
    html = block.render(block.normalize(block.get_preview_value()), {"anchor": "p1"})
    assert html.strip() or name == "box"
    html5lib.HTMLParser(strict=True).parseFragment(html)


@pytest.mark.django_db
def test_the_admin_shows_the_preview_of_a_block(admin_client: Client) -> None:
    pages.picture()
    for child in StoryPage._meta.get_field("body").stream_block.child_blocks.values():
        answer = admin_client.get("/cms/block-preview/", {"id": child.definition_prefix})
        assert answer.status_code == 200, child.name
        assert 'class="story"' in answer.content.decode()


def test_alternative_text_is_demanded() -> None:
    image = dict(STORY_BLOCKS)["image"]
    assert isinstance(image, StructBlock)
    assert image.child_blocks["alt"].required


@pytest.mark.django_db
def test_a_members_block_rendered_by_itself_keeps_its_section(db: Any) -> None:
    page = pages.story()
    assert pages.GATED not in page.body.render_as_block()
    assert pages.GATED in "".join(p.html for p in page.ready().shown("", wall.everything).pieces)


@pytest.mark.django_db
def test_pictures_have_a_size_load_late_and_say_what_they_show(client: Client) -> None:
    page = pages.story(body=[("image", picture(credit="Yaji", caption="Hot."))])
    text = client.get(address(page)).content.decode()
    assert re.search(r'alt="Tea &lt;hot&gt;" width="\d+" height="\d+" loading="lazy"', text)
    assert "<cite>Yaji</cite>" in text


@pytest.mark.django_db
def test_a_photograph_comes_in_two_sizes_and_keeps_its_focal_point(client: Client) -> None:
    from django.core.files.base import ContentFile
    from wagtail.images import get_image_model
    from wagtail.images.tests.utils import get_test_image_file

    image = get_image_model().objects.create(
        title="Photo", file=ContentFile(get_test_image_file(size=(2000, 1500)).file.getvalue(), name="photo.png"),
        focal_point_x=100, focal_point_y=100, focal_point_width=50, focal_point_height=50,
    )  # fmt: skip
    text = client.get(address(pages.story(lead_image=image, lead_alt="Photo"))).content.decode()
    assert ".webp 1600w" in text
    assert ".webp 800w" in text
    assert 'fetchpriority="high"' in text


def _queries(client: Client, path: str) -> list[str]:
    pagecache.drop()
    kept.forget()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return tables(asked)


@pytest.mark.django_db
def test_more_blocks_and_pictures_cost_no_more_queries_even_when_nothing_is_kept(reader: Open) -> None:
    def body(times: int) -> list[Any]:
        one = [pages.text("Words."), ("image", picture()), ("gallery", {"label": "Two", "pictures": [picture(), picture()]}),
               ("quote", {"text": "Said.", "who": "", "what": ""}), ("heading", "Part")]  # fmt: skip
        return [*one * times, pages.members(*one * times)]

    client = reader("companion")
    short, long = (address(pages.story(body=body(times))) for times in (1, 6))
    for path in (short, long):
        client.get(path)  # makes the renditions
    assert _queries(client, long) == _queries(client, short)
