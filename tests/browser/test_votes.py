"""Asking a room and voting, in real windows: by a dialog and by keys, seen at once by the other; without scripts as well."""

import re
from itertools import product

from playwright.sync_api import Locator, expect

from tests.e2e.people import DESK, PHONE, WIDE, Company, Person
from tests.e2e.system import System

ROOM = "groups/celadon-circle/kiln-opening-night/"


def asks(person: Person, question: str, answers: list[str], *, secret: bool = False) -> None:
    """By the button beside the place where one writes."""
    page = person.page
    page.locator("[data-ask]").click()
    dialog = page.locator("dialog.dialog--ask")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[name=question]")).to_be_focused()
    page.keyboard.type(question)
    for answer in answers:
        page.keyboard.press("Tab")
        page.keyboard.type(answer)
    if secret:
        dialog.locator("[name=secret]").check()
    person.look("asking")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)


def poll_of(person: Person, question: str) -> Locator:
    """The poll below its question."""
    return person.page.locator(".msg", has_text=question).locator("form.poll-part")


def test_a_poll_is_asked_in_a_dialog_and_counted_in_the_other_window(house: System, company: Company) -> None:
    asker, voter = company.person(house, "en", DESK), company.person(house, "zh-hans", PHONE, dark=True)
    asker.sign_in("member").enter(ROOM)
    voter.sign_in("patron").enter(ROOM)
    asks(asker, "Which glaze shall we look at next?", ["Plum green", "Powder blue", "Moon white"])
    poll = poll_of(voter, "Which glaze shall we look at next?")
    expect(poll.locator(".poll-choice")).to_have_count(3, timeout=20_000)
    expect(poll).to_contain_text("记名")
    voter.look("a poll")
    poll.locator("input").first.focus()
    voter.page.keyboard.press("ArrowDown")
    poll.locator("button[type=submit]").first.press("Enter")
    expect(poll.locator("[data-mine]")).to_contain_text("Powder blue", timeout=20_000)
    expect(poll.locator("[data-mine] .num")).to_have_text("1", timeout=20_000)
    theirs = poll_of(asker, "Which glaze shall we look at next?")
    expect(theirs.locator(".num").nth(1)).to_have_text("1", timeout=20_000)
    expect(theirs.locator("[data-mine]")).to_have_count(0)
    asker.look("counted")
    poll.locator("[value=back]").press("Enter")
    expect(theirs.locator(".num").nth(1)).to_have_text("0", timeout=20_000)
    asker.page.reload()
    expect(poll_of(asker, "Which glaze shall we look at next?").locator(".poll-choice")).to_have_count(3)
    assert not asker.faults and not voter.faults


def test_without_scripts_it_is_asked_chosen_and_closed_by_pages(house: System, company: Company) -> None:
    person = company.person(house, "en", PHONE, scripts=False).sign_in("member")
    page = person.go(f"{ROOM}ask/")
    page.fill("[name=question]", "Shall we sit in the garden?")
    page.locator("[name=choice]").nth(0).fill("Yes, by the pond")
    page.locator("[name=choice]").nth(1).fill("No, by the stove")
    page.check("[name=secret]")
    page.click("[data-ask-form] button[type=submit]")
    page.wait_for_url(re.compile(r"#m\d+$"))
    poll_of(person, "Shall we sit in the garden?").locator("a").click()
    page.check("[name=choice] >> nth=0")
    page.locator("form.poll-part button[type=submit]").first.click()
    poll_of(person, "Shall we sit in the garden?").locator("a").click()
    expect(page.locator("[data-mine]")).to_contain_text("pond")
    page.click("[value=close]")
    poll_of(person, "Shall we sit in the garden?").locator("a").click()
    expect(page.locator("form.poll-part[data-closed]")).to_be_visible(timeout=20_000)


def test_the_pages_stand_everywhere(house: System, company: Company) -> None:
    person = company.person(house).sign_in("moderator")
    for person.language, (width, height), dark in product(("en", "zh-hans"), (PHONE, WIDE), (False, True)):
        person.page.emulate_media(color_scheme="dark" if dark else "light")
        person.page.set_viewport_size({"width": width, "height": height})
        for path in (f"{ROOM}ask/", "groups/celadon-circle/elections/", "groups/celadon-circle/log/"):
            person.go(path)
            person.look(f"{path} in {person.language}, {width} px, dark: {dark}")
