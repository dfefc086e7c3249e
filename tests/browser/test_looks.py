"""What every page owes to eyes: a dark room, a narrow window, a choice that is kept."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DESK, PHONE, Company
from tests.e2e.system import System

OPEN = ["", "stories/", "stories/celadon-after-rain/", "join/", "boxes/", "groups/", "account/login/", "account/signup/",
        "search/?q=glaze", "no-such-page/"]  # fmt: skip
INSIDE = ["account/", "groups/celadon-circle/", "groups/celadon-circle/kiln-opening-night/",
          "groups/celadon-circle/patrons-corner/", "account/notices/", "account/data/", "boxes/"]  # fmt: skip


@pytest.mark.parametrize(("language", "size", "dark"), [("en", PHONE, False), ("zh-hans", DESK, True)])
def test_pages_have_no_barriers(
    house: System, company: Company, language: str, size: tuple[int, int], dark: bool
) -> None:
    person = company.person(house, language, size, dark=dark)
    for path in OPEN:
        person.page.goto(person.at(path))
        person.faults = [fault for fault in person.faults if "404" not in fault]
        person.look(path)
    person.sign_in("subscriber")
    for path in INSIDE:
        person.go(path)
        person.look(path)


def test_the_choice_of_dark_is_kept(house: System, company: Company) -> None:
    person = company.person(house)
    page = person.go("")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("[data-theme-switch]")
    ink = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ink != paper
    person.go("join/")
    expect(page.locator("body")).to_have_css("background-color", ink)
    person.look("the tiers in the dark")


SPOILT = {
    "image-alt": "main.insertAdjacentHTML('beforeend', '<img src=/static/yaji/art/seal.svg>')",
    "color-contrast": "main.insertAdjacentHTML('beforeend', '<p class=faint id=pale>pale</p>'); pale.style.color = '#ddd'",
    "target-size": "main.insertAdjacentHTML('beforeend', '<p id=two><a href=/a>a</a><a href=/b>b</a></p>');"
                   "for (const a of two.children) Object.assign(a.style, {display: 'inline-block', width: '9px', height: '9px'})",
    "wider than": "main.insertAdjacentHTML('beforeend', '<p id=wide>wide</p>'); wide.style.width = '3000px'",
    "Content Security Policy": "main.insertAdjacentHTML('beforeend', '<p style=\"color:red\">red</p>')",
}  # fmt: skip


@pytest.mark.parametrize("why", SPOILT)
def test_a_spoilt_page_would_be_found(house: System, company: Company, why: str) -> None:
    """The control: each thing that `look` promises to see, it sees."""
    person = company.person(house)
    person.go("search/")
    person.look("before")
    person.page.evaluate(f"const main = document.querySelector('main'); {SPOILT[why]}")
    with pytest.raises(AssertionError, match=why):
        person.look("after")
