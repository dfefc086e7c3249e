"""A room in real browsers: two people, a keyboard alone, a line that breaks."""

import uuid

from playwright.sync_api import Page, expect

from tests.e2e.people import PHONE, Company
from tests.e2e.system import System

ROOM = "groups/celadon-circle/kiln-opening-night/"
NEXT_DOOR = "groups/celadon-circle/glazes-and-recipes/"


def words() -> str:
    """Something nobody has said before."""
    return f"听见了 {uuid.uuid4().hex[:12]}"


def test_what_one_says_the_other_hears_and_next_door_it_counts(house: System, company: Company) -> None:
    ning, friend = company.person(house, "zh-hans").sign_in("member"), company.person(house).sign_in("friend")
    ning.enter(ROOM)
    friend.enter(NEXT_DOOR)
    room = ning.page.locator("yaji-chat").get_attribute("data-room")
    badge = friend.page.locator(f'[data-room-line="{room}"] [data-slot=count]')
    before = int(badge.locator("[aria-hidden]").inner_text() or 0) if badge.is_visible() else 0
    said = words()
    ning.say(said)
    ning.hears(said)
    expect(badge).to_be_visible()
    expect(badge.locator("[aria-hidden]")).to_have_text(str(before + 1))
    friend.enter(ROOM)
    friend.hears(said)
    answer = words()
    friend.say(answer)
    ning.hears(answer)
    assert not ning.faults and not friend.faults


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement?.matches(s)", selector):
            return
    raise AssertionError(f"{most} tabs do not lead to {selector}; the focus is at "
                         + str(page.evaluate("document.activeElement?.outerHTML.slice(0, 200)")))  # fmt: skip


def test_with_the_keyboard_alone_one_reaches_the_composer_and_speaks(house: System, company: Company) -> None:
    friend = company.person(house).sign_in("friend")
    friend.enter(ROOM)
    page = friend.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')"), "the first stop is the way past the masthead"
    tab_to(page, "#say")
    said = words()
    page.keyboard.type(said)
    page.keyboard.press("Enter")
    friend.hears(said)
    assert page.evaluate("document.activeElement.matches('#say')"), "the focus stays where one writes"


def test_words_written_while_the_line_is_down_survive_a_reload_and_arrive_once(house: System, company: Company) -> None:
    ning, friend = company.person(house, "zh-hans", PHONE).sign_in("member"), company.person(house).sign_in("friend")
    for person in (ning, friend):
        person.enter(ROOM)
    first, second = words(), words()
    house.gate.cut()
    try:
        expect(ning.page.locator("yaji-chat[data-live]")).to_have_count(0, timeout=15_000)
        ning.say(first)
        waiting = ning.page.locator(".msg[data-pending]")
        expect(waiting).to_have_count(1)
        ning.look("a room whose line is down")
        ning.page.reload()
        expect(waiting).to_have_count(1)
        ning.say(second)
        expect(waiting).to_have_count(2)
    finally:
        house.gate.heal()
    for said in (first, second):
        friend.hears(said, 45)
        ning.hears(said, 45)
    order = [
        line.split()[-1] for line in friend.page.locator(".msg .body").all_inner_texts() if line in (first, second)
    ]
    assert order == [first.split()[-1], second.split()[-1]]


def test_a_message_that_was_missed_while_the_line_was_down_is_there_afterwards(house: System, company: Company) -> None:
    ning, friend = company.person(house, "zh-hans").sign_in("member"), company.person(house).sign_in("friend")
    ning.enter(ROOM)
    house.gate.cut()
    said = words()
    try:  # the other one has no socket either: the form works without it
        page = friend.go(ROOM)
        page.fill("#say", said)
        page.evaluate("document.querySelector('[data-composer]').submit()")
        expect(page.locator(".msg[data-mid]").filter(has_text=said)).to_have_count(1)
        expect(ning.page.locator(".msg").filter(has_text=said)).to_have_count(0)
    finally:
        house.gate.heal()
    ning.hears(said, 45)
