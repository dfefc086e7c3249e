"""The walk in a real browser: in Chinese on a phone, in English at a desk. Each page is looked at by axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.gated import gated, plain
from tests.e2e.people import DESK, PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.till import Till

STORY = "lacquer-hundred-coats"
ROOM = "groups/celadon-circle/kiln-opening-night/"


@pytest.mark.parametrize(("language", "size"), [("zh-hans", PHONE), ("en", DESK)])
def test_the_walk_in_a_browser(months: System, company: Company, language: str, size: tuple[int, int]) -> None:
    person = company.person(months, language, size)
    looks_round_and_changes_the_language(person)
    from_the_wall_to_a_seat(person)
    reads_on_at_the_same_sentence(person)
    talks(person, company.person(months, language).sign_in("friend"))
    gets_a_box_and_moves_the_clock(person, Till(months))
    skips_and_takes_it_back(person)
    finds_and_sees_the_account(person)
    assert not person.faults


def looks_round_and_changes_the_language(person: Person) -> None:
    page = person.go("")
    person.look("home")
    other = "en" if person.language == "zh-hans" else "zh-hans"
    page.locator(".masthead .lang").click()
    page.wait_for_url(f"**/{other}/")
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh-hans": "zh-Hans"}[other]
    page.locator(".masthead .lang").click()
    page.wait_for_url(f"**/{person.language}/")


def gate(person: Person) -> str:
    """The sentence behind the wall, in this person's language."""
    return next(g.sentence for g in gated() if g.slug == STORY and g.language == person.language)


def from_the_wall_to_a_seat(person: Person) -> None:
    """Story, wall, tiers, sign-up, code, a declined card."""
    page = person.go(f"stories/{STORY}/")
    expect(page.locator("section.wall")).to_be_visible()
    assert gate(person) not in plain(page.content())
    person.look("a story with its wall")
    page.click("section.wall a.btn--seal")
    person.look("the tiers")
    page.locator(".tier.chosen a.btn:visible").click()
    page.wait_for_selector("[name=password1]")
    person.look("sign-up")
    person.sign_up("走来的人" if person.language == "zh-hans" else "A Walker")
    page.wait_for_selector("[data-pay]")
    person.look("the checkout page")
    person.pay(declined=True)
    person.pay()
    person.look("welcome")


def reads_on_at_the_same_sentence(person: Person) -> None:
    page = person.page
    page.click("[data-arrived] a.btn--seal")
    page.wait_for_url(re.compile(rf"/stories/{STORY}/#.+"))
    place = page.locator(f"[id='{page.url.partition('#')[2]}']")
    expect(place).to_be_in_viewport()
    assert gate(person) in plain(page.locator("article.story").inner_text())
    assert page.locator("section.wall").count() == 0
    person.look("the whole story")


def talks(person: Person, other: Person) -> None:
    """Both ways, each seen once by each; a room next door shows what is unread."""
    person.enter(ROOM)
    person.look("a room")
    other.enter(ROOM)
    person.say(f"隔壁有人拨弦。 {person.email}")
    other.hears(person.email)
    person.hears(person.email)
    other.say("I hear it too. " + person.email[::-1])
    person.hears(person.email[::-1])
    other.look("the same room")


def gets_a_box_and_moves_the_clock(person: Person, till: Till) -> None:
    page = person.go("boxes/")
    person.look("the box")
    page.locator("main form button.btn--seal").first.click()
    person.pay(ship=True)
    page = person.go("boxes/")
    person.look("the box's portal")
    for _ in range(6):
        presses_to_the_next_renewal(person, till)
        page.reload()
        if page.locator("[data-order-state=paid], [data-order-state=allocated]").count():
            break
    expect(page.locator("[data-order-state]").first).to_have_attribute("data-order-state", re.compile("paid|allocated"))
    person.look("the box after the renewal")


def presses_to_the_next_renewal(person: Person, till: Till) -> None:
    """The button on the sandbox's own page, as the README tells a newcomer."""
    board = person.context.new_page()
    board.goto(f"{person.system.sandbox}/")
    board.click("button[value=next_renewal]")
    till.settle()
    board.close()


def skips_and_takes_it_back(person: Person) -> None:
    page = person.page
    page.click("[data-opens=skip]")
    expect(page.locator("dialog#skip")).to_be_visible()
    person.look("the question about skipping")
    page.click("dialog#skip button.btn--seal")
    expect(page.locator("[data-skipped]")).to_be_visible()
    page.click('form[action*="/unskip/"] button')
    expect(page.locator("[data-skipped]")).to_have_count(0)


def finds_and_sees_the_account(person: Person) -> None:
    page = person.go("search/")
    page.fill("main [name=q]", "漆" if person.language == "zh-hans" else "lacquer")
    page.press("main [name=q]", "Enter")
    expect(page.locator(f'.hit a[href*="{STORY}"]').first).to_be_visible()
    person.look("what was found")
    person.go("account/")
    person.look("the account")
