"""The drawings: the same seed, the same picture; no two alike; fit to stand inside a page."""

import re
from xml.etree import ElementTree

import pytest

from ground.drawing import SCENES, draw
from ground.drawing.raster import png
from ground.management.commands.draw_art import STANDING, folder

VARIED = sorted(set(SCENES) - {"seal"})


@pytest.mark.parametrize("name", SCENES)
def test_the_same_seed_draws_the_same_picture(name: str) -> None:
    assert draw(name, 3) == draw(name, 3)


@pytest.mark.parametrize("name", VARIED)
def test_another_seed_draws_another_picture(name: str) -> None:
    bare = {re.sub(rf"{name}-\d+-", "", draw(name, seed)) for seed in range(12)}
    assert len(bare) == 12 or name in {"collar", "item-tea", "item-sound", "lacquer"}
    assert len(bare) >= 4


@pytest.mark.parametrize("name", SCENES)
def test_a_drawing_is_xml_that_may_stand_in_a_page(name: str) -> None:
    for seed in (0, 1, 2, 5, 40):
        root = ElementTree.fromstring(draw(name, seed))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("viewBox")
        for element in root.iter():
            assert element.tag.split("}")[1] not in {"script", "style", "foreignObject", "image", "a"}
            assert not [key for key in element.attrib if key.startswith("on") or key in {"style", "href"}]


@pytest.mark.parametrize("name", VARIED)
def test_two_drawings_in_one_page_share_no_id(name: str) -> None:
    one, two = (set(re.findall(r'id="([^"]+)"', draw(name, seed))) for seed in (1, 2))
    assert not one & two
    for seed in (1, 2):
        picture = draw(name, seed)
        assert set(re.findall(r"url\(#([^)]+)\)", picture)) <= set(re.findall(r'id="([^"]+)"', picture))


def test_every_number_is_drawable() -> None:
    for name in SCENES:
        assert not re.search(r"\b(?:nan|inf|None)\b", draw(name, 9))


def test_a_bowl_may_be_asked_for_in_a_glaze_of_ones_choice() -> None:
    assert draw("bowl", 2, glaze=0) != draw("bowl", 2)


def test_an_unknown_scene_is_refused() -> None:
    with pytest.raises(KeyError):
        draw("dragon")


def test_a_drawing_becomes_pixels_of_the_width_asked_for() -> None:
    picture = png(draw("tea", 1), 400)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 400
    assert int.from_bytes(picture[20:24], "big") == 300


@pytest.mark.parametrize("name", STANDING)
def test_the_pictures_that_style_sheets_use_are_fresh(name: str) -> None:
    assert (folder() / f"{name}.svg").read_text(encoding="utf-8") == draw(name), "run: manage.py draw_art"


def test_no_picture_stands_that_nobody_draws() -> None:
    assert {path.stem for path in folder().glob("*.svg")} == set(STANDING)
