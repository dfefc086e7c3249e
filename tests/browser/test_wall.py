"""From the sentence before the wall to the sentence behind it, and every kind of page of the magazine looked at."""

import re

import pytest

from tests.e2e.gated import gated, plain
from tests.e2e.people import PHONE, WIDE, Company, Person
from tests.e2e.system import System

STORY = "celadon-after-rain"
WAYS = [("zh-hans", PHONE, True), ("zh-hans", WIDE, False), ("en", PHONE, False), ("en", WIDE, True)]


@pytest.mark.parametrize(("language", "size", "dark"), WAYS)
def test_who_joins_at_the_wall_comes_back_to_the_sentence(
    house: System, company: Company, language: str, size: tuple[int, int], dark: bool
) -> None:
    person = company.person(house, language, size, dark=dark)
    stopped = reads_to_the_wall(person)
    takes_a_seat(person)
    page = person.page
    page.click("[data-arrived] a.btn--seal")
    page.wait_for_url(re.compile(rf"/{language}/stories/{STORY}/#{stopped}$"))
    person.arrives_at(stopped)
    assert page.locator("section.wall").count() == 0
    assert gate(language) in plain(page.locator("article.story").inner_text())
    person.look("the whole story")


def gate(language: str) -> str:
    """The sentence behind the wall."""
    return next(g.sentence for g in gated() if g.slug == STORY and g.language == language)


def reads_to_the_wall(person: Person) -> str:
    """The wall names the tiers that open it, with their prices; answers the place where the text ends."""
    page = person.go(f"stories/{STORY}/")
    assert gate(person.language) not in plain(page.content())
    wall = page.locator("section.wall")
    stopped = str(wall.get_attribute("aria-labelledby"))
    assert re.fullmatch(r"p\d+", stopped)
    above = page.locator(f"#p{int(stopped[1:]) - 1}")
    assert above.count(), "the sentence before the wall has a place of its own"
    wall.scroll_into_view_if_needed()
    opens = wall.locator("li:not([data-closed])")
    assert opens.count() and opens.locator(".price").count() == opens.count()
    person.look("a story with its wall")
    return stopped


def takes_a_seat(person: Person) -> None:
    """The tiers, the sign-up, the code, the checkout."""
    page = person.page
    page.click("section.wall a.btn--seal")
    page.wait_for_url(re.compile(r"/join/"))  # with its styles: before them all prices are seen
    page.locator(".tier.chosen a.btn:visible").click()
    page.wait_for_selector("[name=password1]")
    person.sign_up("走来的人" if person.language == "zh-hans" else "A Walker")
    person.pay()


# What a story can be made of, and how one sees that it is there.
BLOCKS = {
    "text": ".story > p", "heading": ".story > h2", "image": ".story > figure.wide > :is(img, picture)",
    "gallery": ".gallery", "quote": ".pull", "timeline": ".timeline", "notes": ".notes", "sources": ".sources",
    "film": "video", "sound": "audio", "map": ".map", "comparison": "yaji-slider", "glossary": ".gloss",
    "object": "yaji-model", "all around": "yaji-panorama", "close look": "yaji-zoom", "poll": ".poll",
    "members": ".wall", "box": ".box-card", "room": ".talk-card", "event": ".event-card",
}  # fmt: skip
STORIES = ["celadon-after-rain", "celadon-starved-fire", "celadon-white-earth", "cobalt-packed-in-tea",
           "indigo-carrying-cloth", "woodblock-white-plum"]  # fmt: skip
OTHERS = ["", "stories/", "stories/notes-on-glaze/", "people/", "people/zhou-qilang/", "glossary/", "glossary/reduction/",
          "places/", "places/longquan/", "search/?q=celadon&craft=celadon", "search/?q=qqqqq", "gallery/"]  # fmt: skip


@pytest.mark.parametrize(("language", "size", "dark"), [("en", PHONE, True), ("zh-hans", WIDE, False)])
def test_no_kind_of_page_and_no_kind_of_block_has_a_barrier(
    house: System, company: Company, language: str, size: tuple[int, int], dark: bool
) -> None:
    person, seen = company.person(house, language, size, dark=dark), set[str]()
    for path in [*(f"stories/{slug}/" for slug in STORIES), *OTHERS]:
        page = person.go(path)
        if path.startswith("stories/"):
            seen |= {name for name, selector in BLOCKS.items() if page.locator(selector).count()}
        person.look(path)
    assert seen == set(BLOCKS), f"not looked at: {set(BLOCKS) - seen}"
