"""A member's money in a real browser: another seat with its sum, a planned change and its undo, a rest, an offer to stay, a
failed payment and another card, a gift opened in another window. Both languages; axe looks at each page."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DESK, PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.till import Till
from tests.e2e.visitor import CARD, Visitor

CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")


FAILS_LATER = {"card_number": "4000000000000341"}


def new_member(person: Person, **card: str) -> None:
    """A new account at the middle table, from the join page."""
    page = person.go("join/")
    page.locator(".tier.chosen a.btn:visible").click()
    page.wait_for_selector("[name=password1]")
    person.sign_up("Wen")
    page.wait_for_selector("[data-pay]")
    for field, value in {**CARD, **card}.items():
        if page.locator(f"[name={field}]").count():
            page.fill(f"[name={field}]", value)
    page.click("[data-pay]")
    page.wait_for_selector("[data-arrived]")


def stands(person: Person, word: str) -> None:
    """The page says in one sentence how it stands."""
    page = person.go("billing/")
    expect(page.locator(f"[data-stand='{word}']")).to_be_visible()
    person.look(f"money: {word}")


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("zh-hans", PHONE)])
def test_changing_resting_and_staying(months: System, company: Company, language: str, size: tuple[int, int]) -> None:
    person = company.person(months, language, size)
    new_member(person)
    stands(person, "running")
    goes_up_for_the_sum_that_was_shown(person)
    plans_to_go_down_and_keeps_what_there_is(person)
    rests_and_comes_back(person)
    stays_for_an_offer(person)
    leaves_and_comes_back(person)
    assert not person.faults


def goes_up_for_the_sum_that_was_shown(person: Person) -> None:
    page = person.go("billing/")
    page.locator("a[href*='/change/']").first.click()
    person.look("what to change to")
    page.click("a[href$='/patron-month/']")
    shown = page.locator("[data-due]").inner_text()
    person.look("the sum")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/billing/$"))
    expect(page.locator("td.num", has_text=shown).first).to_be_visible()


def plans_to_go_down_and_keeps_what_there_is(person: Person) -> None:
    page = person.go("billing/")
    page.locator("a[href*='/change/']").first.click()
    page.click("a[href$='/friend-month/']")
    person.look("a change to come")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/billing/$"))
    expect(page.locator("[data-stand=changing]")).to_be_visible()
    page.click("form[action*='/keep/'] button")
    expect(page.locator("[data-stand=running]")).to_be_visible()


def rests_and_comes_back(person: Person) -> None:
    page = person.go("billing/")
    page.click("a[href*='/pause/']")
    person.look("resting")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/billing/$"))
    stands(person, "resting")
    person.page.click("form[action*='/resume/'] button")
    expect(person.page.locator("[data-stand=running]")).to_be_visible()


def stays_for_an_offer(person: Person) -> None:
    page = person.go("billing/")
    page.click("a[href*='/leave/']")
    person.look("leaving")
    page.locator("[name=reason]").first.wait_for()
    if page.locator("select[name=reason]").count():
        page.select_option("select[name=reason]", "too_expensive")
    else:
        page.check("[name=reason][value=too_expensive]")
    page.click("main form button[type=submit]")
    person.look("an offer")
    page.click("form[action*='/accept/'] button")
    page.wait_for_url(re.compile(r"/billing/$"))
    expect(page.locator(".badge", has_text="50")).to_be_visible()


def leaves_and_comes_back(person: Person) -> None:
    page = person.go("billing/")
    page.click("a[href*='/leave/']")
    page.click("main form button[type=submit]")
    page.click("button[name=sure]")
    page.wait_for_url(re.compile(r"/billing/$"))
    stands(person, "leaving")
    page.click("form[action*='/stay/'] button")
    page.wait_for_load_state()
    stands(person, "running")


def test_a_failed_payment_is_paid_with_another_card(months: System, company: Company) -> None:
    person, till = company.person(months, "en", PHONE), Till(months)
    new_member(person, **FAILS_LATER)
    till.advance(seconds=31 * 86400 + 7200)
    stands(person, "failed")
    page = person.page
    page.click("a[href$='/billing/card/']")
    person.look("another card")
    page.click("main form button[type=submit]")
    person.pay()
    person.go("billing/")
    page.click("form[action*='/pay/'] button")
    page.wait_for_url(re.compile(r"/billing/$"))
    stands(person, "running")


def test_a_gift_is_given_and_opened_in_another_window(months: System, company: Company) -> None:
    giver, friend = company.person(months, "en", DESK), company.person(months, "zh-hans", PHONE)
    giver.sign_in("reader")
    page = giver.go("gifts/")
    giver.look("giving")
    page.fill("[name=message]", "For the long evenings")
    page.click("main form button[type=submit]")
    giver.pay()
    page.click("[data-arrived] a.btn--seal")
    giver.look("what was given")
    code = CODE.search(Visitor(months, "en").letter("reader@example.com").text)
    assert code
    friend.go(f"gifts/claim/?code={code[0]}")
    friend.look("a gift")
    friend.page.click("main form button[type=submit]")
    friend.page.wait_for_selector("[name=password1]")
    friend.sign_up("素")
    friend.page.wait_for_selector("main form button.btn--seal")
    friend.page.click("main form button.btn--seal")
    friend.page.wait_for_url(re.compile(r"/join/welcome/companion/"))
    friend.look("welcome")
    assert not friend.faults and not giver.faults
