"""Prices in another currency, a code typed with us, and letters that one can do without: clicked, looked at, on desk and phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DESK, PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.visitor import Visitor


@pytest.mark.parametrize(("language", "size", "dark"), [("en", DESK, False), ("zh-hans", PHONE, True)])
def test_a_visitor_switches_the_currency_and_types_a_code(
    house: System, company: Company, language: str, size: tuple[int, int], dark: bool
) -> None:
    person = company.person(house, language, size, dark=dark)
    page = person.go("join/")
    expect(page.locator(".tier .price small").first).to_have_text("¥")
    page.locator(".currencies a", has_text="EUR").click()
    page.wait_for_url(re.compile("currency=EUR"))
    person.go("join/")
    signs = page.locator(".tier .price small", has_text=re.compile("[¥€]"))
    assert set(signs.all_inner_texts()) == {"€"}
    person.look("prices in euros")
    page.click("a[href$='/billing/code/']")
    person.look("a page for codes")
    types_a_wrong_and_a_right_code(person)
    assert "¥" not in page.locator("main").inner_text()
    person.look("what a code gives")


def types_a_wrong_and_a_right_code(person: Person) -> None:
    page = person.page
    page.fill("[name=code]", "frist-frost")
    page.click("main form button[type=submit]")
    expect(page.locator("#id_code_error, .error").first).to_be_visible()
    person.faults.clear()  # the browser notes that the answer was a refusal
    person.look("a code that there is not")
    page.fill("[name=code]", "First-Frost")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/billing/offers/first-frost/"))


@pytest.mark.parametrize(("language", "size", "dark"), [("en", DESK, True), ("zh-hans", PHONE, False)])
def test_a_member_does_without_letters_that_nobody_needs(
    house: System, company: Company, language: str, size: tuple[int, int], dark: bool
) -> None:
    newcomer = Visitor(house, language)
    newcomer.sign_up()
    person = company.person(house, language, size, dark=dark).come_as(newcomer)
    page = person.go("account/details/")
    person.look("letters to choose")
    wanted = page.locator("input[name=wanted][value='billing.way_back']")
    expect(wanted).to_be_checked()
    wanted.uncheck()
    page.click("#letters button[type=submit]")
    page.wait_for_url(re.compile("/account/details/$"))
    expect(page.locator("input[name=wanted][value='billing.way_back']")).not_to_be_checked()
    page = person.go("billing/checkout/companion-month/")
    page.click("main details summary")
    expect(page.locator("[name=deal]")).to_be_visible()
    person.look("a code before paying")
