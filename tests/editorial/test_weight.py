"""What a story weighs on the wire without its pictures, counted compressed as it is served: text, styles, scripts."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from ground import packing
from tests.editorial.conftest import address
from tests.editorial.test_blocks_lively import lively
from tests.factories import editorial as pages

WHOLE, SCRIPTS = 60_000, 25_000  # bytes
_parts = re.compile(r'(?:<script[^>]*\ssrc|<link rel="stylesheet" href)="/static/([^"]+)"')
_imports = re.compile(r'^import .* from "\./([\w.-]+)";$', re.MULTILINE)


def packed(name: str) -> tuple[int, list[str]]:
    """The size of a static file on the wire, and the modules that it imports."""
    path = finders.find(name)
    assert isinstance(path, str), name
    data = Path(path).read_bytes()
    folder = name.rsplit("/", 1)[0]
    return len(packing.pack(data)), [f"{folder}/{found}" for found in _imports.findall(data.decode())]


def weigh(client: Client, path: str) -> tuple[int, int]:
    """Bytes of everything but pictures, and bytes of scripts alone."""
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    todo = _parts.findall(client.get(path).content.decode())
    seen: dict[str, int] = {}
    while todo:
        name = todo.pop()
        if name not in seen:
            seen[name], more = packed(name)
            todo += more
    return len(answer.content) + sum(seen.values()), sum(size for name, size in seen.items() if name.endswith(".js"))


@pytest.mark.django_db
def test_a_long_story_with_every_block_stays_light(client: Client) -> None:
    words = (
        "A colour can be mixed. A moment has to be waited for; nobody knows how long, and the fire does not say. " * 6
    )
    body = [*(pages.text(f"{number}. {words}") for number in range(24)), *lively()]
    whole, scripts = weigh(client, address(pages.story(body=body)))
    print(f"\nstory: {whole} bytes on the wire, {scripts} of them scripts")
    assert 10_000 < whole <= WHOLE
    assert 2_000 < scripts <= SCRIPTS


@pytest.mark.django_db
def test_a_plain_story_is_lighter_by_the_scripts_it_does_not_need(client: Client) -> None:
    plain, scripts = weigh(client, address(pages.story(body=[pages.text("Words.")])))
    lively_, more = weigh(client, address(pages.story(body=lively())))
    assert scripts < more
    assert plain < lively_
