"""A reader's own things in a browser: the shelf, the place where one stopped, gifts, the month's free stories, paper."""

import re
import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.gated import gated, plain
from tests.e2e.people import PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

OPEN = "celadon-starved-fire"  # all of it is public
CLOSED = "celadon-after-rain"
SECONDS_READ = 30


def gate(slug: str, language: str = "en") -> str:
    """The sentence of a story that only some may read."""
    return next(g.sentence for g in gated() if g.slug == slug and g.language == language)


def reads(person: Person, slug: str, anchor: str) -> None:
    """Open a story, read for half a minute by the page's clock, stop at a paragraph and leave."""
    page, now = person.page, time.time()
    page.clock.set_fixed_time(now)
    person.go(f"stories/{slug}/")
    page.evaluate("(id) => document.getElementById(id).scrollIntoView({block: 'center'})", anchor)
    page.clock.set_fixed_time(now + SECONDS_READ)
    person.go("about/")


def until(page: Page, selector: str, seconds: float = 15) -> None:
    """Reload until something is there: a beacon arrives when it arrives."""
    end = time.monotonic() + seconds
    while not page.locator(selector).count() and time.monotonic() < end:
        page.reload()
    expect(page.locator(selector)).to_have_count(1)


def test_a_story_is_saved_without_leaving_the_page_and_lies_on_the_shelf(house: System, company: Company) -> None:
    reader = Visitor(house)
    reader.sign_up()
    person = company.person(house).come_as(reader)
    page = person.go(f"stories/{OPEN}/")
    button = page.locator("form[data-save] button")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.evaluate("window.stays = true")
    with page.expect_response(re.compile("/save/")) as answer:
        button.click()
    assert answer.value.status == 204
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.stays"), "the page was left"
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    person.go("account/reading/")
    shelf = page.locator("[aria-labelledby=shelf-saved]")
    expect(shelf.locator(f"a[href*='{OPEN}']")).to_be_visible()
    person.look("the shelf")
    shelf.locator("li form button").click()
    expect(page.locator(f"[aria-labelledby=shelf-saved] a[href*='{OPEN}']")).to_have_count(0)
    person.go(f"stories/{OPEN}/")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_another_device_goes_on_where_this_one_stopped(house: System, company: Company) -> None:
    reader = Visitor(house)
    reader.sign_up()
    phone, desk = company.person(house, "en", PHONE).come_as(reader), company.person(house).come_as(reader)
    assert desk.go(f"stories/{OPEN}/").locator(".resume-line").count() == 0
    reads(phone, OPEN, "p9")
    page = desk.go(f"stories/{OPEN}/")
    until(page, ".resume-line a")
    desk.look("a story that was begun elsewhere")
    link = page.locator(".resume-line a")
    anchor = str(link.get_attribute("href")).removeprefix("#")
    assert anchor in ("p8", "p9", "p10"), anchor
    link.click()
    desk.arrives_at(anchor)
    desk.go("account/reading/")
    expect(page.locator(f"[aria-labelledby=shelf-begun] a[href$='{OPEN}/#{anchor}']")).to_be_visible()


def test_a_visitors_place_is_kept_on_the_device_alone(house: System, company: Company) -> None:
    person = company.person(house, "zh-hans", PHONE)
    reads(person, OPEN, "p9")
    page = person.go(f"stories/{OPEN}/")
    link = page.locator(".resume-line a")
    expect(link).to_be_visible()
    anchor = str(link.get_attribute("href")).removeprefix("#")
    assert re.fullmatch(r"p\d+", anchor) and anchor in page.evaluate("localStorage.getItem('yaji:places')").replace(
        '"paragraph":', "p"
    )
    person.look("a story that was begun on this device")
    link.click()
    person.arrives_at(anchor)
    stranger = company.person(house, "zh-hans", PHONE)
    assert stranger.go(f"stories/{OPEN}/").locator(".resume-line").count() == 0
    leafed = stranger.go(f"stories/{OPEN}/")
    leafed.evaluate("document.getElementById('p9').scrollIntoView()")
    stranger.go("about/")  # at once: that is leafing, not reading
    assert stranger.go(f"stories/{OPEN}/").locator(".resume-line").count() == 0


def test_paper_has_the_story_and_nothing_to_press(house: System, company: Company) -> None:
    page = company.person(house, "en", PHONE).go(f"stories/{CLOSED}/")
    furniture = [".masthead", ".dock", ".foot", ".wall", ".acts", ".shelf", ".talk-card"]
    for selector in furniture:
        assert page.locator(selector).count(), f"{selector} is not on the page"
    expect(page.locator(".dock")).to_be_visible()
    page.emulate_media(media="print")
    for selector in furniture:
        expect(page.locator(selector).first).to_be_hidden()
    for kept in ("h1", "#p2", "#fn1", ".lead-art img"):
        expect(page.locator(kept)).to_be_visible()
    paper = page.evaluate("getComputedStyle(document.body).color")
    assert paper == "rgb(0, 0, 0)"


def test_a_gift_opens_one_story_to_whoever_has_it_until_it_is_taken_back(house: System, company: Company) -> None:
    giver = company.person(house).come_as(Visitor(house).sign_in("member"))
    page = giver.go(f"stories/{CLOSED}/")
    page.click("form[action$='/give/'] button")
    page.wait_for_url(re.compile("/account/reading/$"))
    giver.look("the shelf with a gift")
    address = page.locator(".gift-link input").first.input_value()
    friend = company.person(house)
    there = friend.go(address.removeprefix(house.url))
    friend.page.wait_for_url(re.compile(f"/stories/{CLOSED}/"))
    assert gate(CLOSED) in plain(there.locator("article.story").inner_text())
    assert there.locator(".wall").count() == 0
    expect(friend.go("stories/tea-hares-fur/").locator(".wall")).to_be_visible()
    expect(company.person(house).go(f"stories/{CLOSED}/").locator(".wall")).to_be_visible()
    page.locator("form[action$='/take-back/'] button").first.click()
    expect(page.locator(".gift-link")).to_have_count(0)
    closed = friend.go(f"stories/{CLOSED}/")
    expect(closed.locator(".wall")).to_be_visible()
    assert gate(CLOSED) not in plain(closed.content())
    gone = friend.page.goto(address)
    assert gone is not None and gone.status == 410
    friend.faults = [fault for fault in friend.faults if "410" not in fault]
    friend.look("a gift that is over")


def spends(reader: Visitor, slug: str) -> None:
    """One of the month's stories, without a browser."""
    reader.submit(reader.get(f"stories/{slug}/"), "form.meter-way")


def test_a_free_account_reads_on_at_the_sentence_and_meets_the_wall_when_the_month_is_spent(
    house: System, company: Company
) -> None:
    reader = Visitor(house)
    reader.sign_up()
    person = company.person(house, "en", PHONE, dark=True).come_as(reader)
    page = person.go(f"stories/{CLOSED}/")
    stopped = str(page.locator("section.wall").get_attribute("aria-labelledby"))
    person.look("a wall with a metered way through")
    page.click("form.meter-way button")
    page.wait_for_url(re.compile(rf"/stories/{CLOSED}/#{stopped}$"))
    person.arrives_at(stopped)
    assert gate(CLOSED) in plain(page.locator("article.story").inner_text())
    spends(reader, "tea-hares-fur")
    page = person.go("stories/tea-three-fires/")
    expect(page.locator("section.wall")).to_be_visible()
    assert page.locator("form.meter-way").count() == 0
    assert gate("tea-three-fires") not in plain(page.content())
    expect(page.locator("section.wall p.faint", has_text="This month")).to_be_visible()
    person.look("the wall of a month that is spent")
    assert gate(CLOSED) in plain(person.go(f"stories/{CLOSED}/").locator("article.story").inner_text())


def test_letters_are_chosen_on_a_page_without_barriers(house: System, company: Company) -> None:
    reader: Any = Visitor(house)
    reader.sign_up()
    person = company.person(house, "zh-hans", PHONE).come_as(reader)
    page = person.go("account/letters/")
    person.look("the letters")
    first = page.locator("[name=wanted]").first
    before = first.is_checked()
    first.set_checked(not before)
    page.click("form.card button[type=submit]")
    expect(page.locator(".toast")).to_be_visible()
    page.reload()
    assert first.is_checked() != before
