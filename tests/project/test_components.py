"""Every component is a template with a sample: it renders whole, in both languages, and keeps the rules of the house."""

import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from ground.gallery import showings
from ground.samples import SAMPLES, Words

FOLDER = Path(settings.BASE_DIR) / "templates" / "components"
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def nothing_missing() -> Iterator[None]:
    """A variable that a template asks for and its sample does not give shows itself."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    engine.string_if_invalid = "MISSING[%s]"
    yield
    engine.string_if_invalid = ""


def test_every_component_has_a_sample_and_every_sample_a_component() -> None:
    assert {path.stem for path in FOLDER.glob("*.html")} == set(SAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_component_renders_without_a_missing_variable(nothing_missing: None, name: str, language: str) -> None:
    with translation.override(language):
        for context in SAMPLES[name](Words(language, "day")):
            assert "MISSING[" not in render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_component_is_valid_html(name: str) -> None:
    with translation.override("zh-hans"):
        for showing in showings(name, "zh-hans"):
            html5lib.HTMLParser(strict=True).parseFragment(showing["html"])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_component_has_no_inline_style_handler_or_script(name: str) -> None:
    html = "".join(showing["html"] for showing in showings(name, "en"))
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", html)


@pytest.mark.parametrize("name", SAMPLES)
def test_shown_twice_on_one_page_a_component_repeats_no_id(name: str) -> None:
    day, night = (set(re.findall(r'\sid="([^"]+)"', showing["html"])) for showing in showings(name, "en"))
    assert not day & night


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_shows_every_component(client: Client, language: str) -> None:
    page = client.get(f"/{language}/gallery/")
    assert page.status_code == 200
    text = page.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert all(f'id="g-{name}"' in text for name in set(SAMPLES) - {"masthead", "dock", "foot"})


def test_no_template_of_the_house_carries_a_style_a_handler_or_a_script_of_its_own() -> None:
    found = []
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "mail" in path.parts:  # letters carry their style with them: a mail reader loads no sheet
            text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        if re.search(r"<style|\sstyle=|\son(?:click|change|submit|load|input|key\w+)=|<script(?![^>]*\ssrc=)", text):
            found.append(str(path))
    assert found == []


def test_only_the_tokens_name_a_colour() -> None:
    for sheet in (Path(settings.BASE_DIR) / "static" / "yaji").glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*\")(?=[\s;,)])", text), sheet.name
