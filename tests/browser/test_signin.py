"""Coming in, in a real browser: the letter's link, a passkey that the device keeps, and the second lock it makes."""

import re
import uuid

from playwright.sync_api import CDPSession, expect

from tests.e2e.people import DESK, PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

LINK = re.compile(r"https?://[^/\s]+(/\S+/account/login/letter/\S+/)")


def link_to(person: Person) -> str:
    """The link in the newest letter to this person."""
    text = Visitor(person.system, person.language).letter(person.email).text
    found = LINK.search(text)
    assert found, text
    return found[1]


def device(person: Person) -> CDPSession:
    """A device that keeps passkeys and knows its owner's finger."""
    line = person.context.new_cdp_session(person.page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return line


def test_a_letters_link_lets_somebody_in_on_another_device_by_a_button(house: System, company: Company) -> None:
    asking, reading = company.person(house, "en", DESK), company.person(house, "zh-hans", PHONE)
    asking.email = reading.email = "reader@example.com"
    asking.go("account/login/")
    asking.look("sign-in")
    asking.page.click("a[href*='login/code']")
    asking.look("asking for a letter")
    asking.page.fill("[name=email]", asking.email)
    asking.page.click("main form button[type=submit]")
    asking.page.wait_for_selector("[name=code]")
    path = link_to(asking)
    reading.go(path)
    reading.look("the link's page")
    reading.page.reload()
    reading.page.click("main form button[type=submit]")
    reading.page.wait_for_url(re.compile(r"/account/$"))
    reading.go("account/ways/")
    reading.look("sign-in and devices")
    assert company.person(house, "en").page.goto(asking.at(path)).status == 410  # type: ignore[union-attr]


def test_a_passkey_makes_an_account_lets_in_is_asked_for_as_a_second_lock_and_goes(
    house: System, company: Company
) -> None:
    person = company.person(house, "en", PHONE)
    device(person)
    person.go("account/signup/")
    person.look("sign-up")
    person.page.click("a[href*='signup/passkey']")
    person.email = f"person-{uuid.uuid4().hex[:10]}@example.com"
    person.page.fill("[name=name]", "Keeper of a key")
    person.page.fill("[name=email]", person.email)
    person.page.click("main form button[type=submit]")
    person.page.wait_for_selector("[name=code]")
    person.page.fill("[name=code]", Visitor(house, "en").letter(person.email).code)
    person.page.click("main form:has([name=code]) button[type=submit]")
    person.page.wait_for_selector("form[data-passkey=create]:not([hidden])")
    person.look("making a passkey")
    person.page.click("form[data-passkey=create] button[type=submit]")
    person.page.wait_for_url(re.compile(r"/account/$"))
    comes_back(person)
    second_lock(person)
    takes_it_away(person)
    assert not person.faults


def out(person: Person) -> None:
    """Sign out."""
    person.go("account/logout/")
    person.page.click("main form button[type=submit]")
    person.page.wait_for_url(lambda url: "logout" not in url)


def comes_back(person: Person) -> None:
    """The passkey alone lets in."""
    out(person)
    person.go("account/login/")
    person.page.click("form[data-passkey=get] button[type=submit]")
    person.page.wait_for_url(re.compile(r"/account/$"))
    person.go("account/ways/")
    expect(person.page.locator("main")).to_contain_text("1 passkey")
    person.look("the ways in, with a passkey")


def second_lock(person: Person) -> None:
    """A letter's link alone does not open an account that has a passkey."""
    out(person)
    person.go("account/login/code/")
    person.page.fill("[name=email]", person.email)
    person.page.click("main form button[type=submit]")
    person.page.wait_for_selector("[name=code]")
    person.go(link_to(person))
    person.page.click("main form button[type=submit]")
    person.page.wait_for_url(re.compile(r"/2fa/authenticate/"))
    person.look("the second lock")
    person.page.click("form[data-passkey=get] button[type=submit]")
    person.page.wait_for_url(re.compile(r"/account/$"))


def takes_it_away(person: Person) -> None:
    """The list, and the way to take a passkey away."""
    person.go("account/2fa/webauthn/")
    person.look("passkeys")
    person.page.click("a[href*='/remove/']")
    person.look("taking a passkey away")
    person.page.click("main form button[type=submit]")
    person.page.wait_for_url(re.compile(r"/2fa/webauthn/$"))
    expect(person.page.locator("main")).to_contain_text("None yet.")
