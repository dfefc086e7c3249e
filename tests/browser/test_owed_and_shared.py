"""What members are owed and what they share, in real windows: a group's seats bought, given and taken back; a perk from asking
to arriving. Each page on the way is looked at in both languages and themes, on a phone and on a desk."""

import re
import uuid
from itertools import product

from playwright.sync_api import Locator, expect

from tests.e2e.people import DESK, PHONE, WIDE, Company, Person
from tests.e2e.system import System
from tests.e2e.till import pay
from tests.e2e.visitor import Visitor

TICKET = "kiln-opening"
STORY = "stories/lacquer-hundred-coats/"
COUNT = ".seat-block > .fine"


def look_everywhere(person: Person, path: str) -> None:
    """The page as everybody may meet it; afterwards the window is as it was."""
    was, size = person.language, person.page.viewport_size
    for person.language, (width, height), dark in product(("en", "zh-hans"), (PHONE, WIDE), (False, True)):
        person.page.emulate_media(color_scheme="dark" if dark else "light")
        person.page.set_viewport_size({"width": width, "height": height})
        person.go(path)
        person.look(f"{path} in {person.language}, {width} px, {'dark' if dark else 'light'}")
    person.language = was
    person.page.emulate_media(color_scheme="light")
    if size:
        person.page.set_viewport_size(size)


def counted(person: Person, taken: int, kept: int, free: int) -> None:
    """The line under the chairs says it, and there is a chair for each."""
    expect(person.page.locator(COUNT)).to_contain_text(
        f"{taken} taken, {kept} kept for people invited, {free} free", timeout=30_000
    )
    expect(person.page.locator(".seat-picture [data-seat]")).to_have_count(taken + kept + free)


def buys_seats(owner: Person, number: int) -> None:
    """From the page for groups over the payment page to the seats."""
    owner.go("account/signup/")
    owner.sign_up("Lu Heng")
    owner.page.wait_for_url(re.compile(r"/account/"))
    page = owner.go("billing/group/")
    form = page.locator("form[action*='group-month']")
    form.locator("[name=seats]").fill(str(number))
    form.locator("button[type=submit]").click()
    owner.pay()
    owner.go("account/seats/")
    for _ in range(30):
        if page.locator(".seat-block").count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError("the seats did not come")


def invites(owner: Person, email: str) -> str:
    """By the form; answers the link in the letter."""
    owner.page.fill("[name=emails]", email)
    owner.page.locator("form[action$='/invite/'] button[type=submit]").click()
    expect(owner.page.locator("[role=status] .lines")).to_contain_text(email)
    owner.look("who was invited")
    link = re.search(r"https?://\S+/account/seats/accept/[^\s/]+/", Visitor(owner.system).letter(email).text)
    assert link is not None
    return link[0].removeprefix(owner.system.url + "/en/")


def sits(guest: Person, offer: str, email: str) -> None:
    """Open the letter's link, make an account on the way, take the seat."""
    guest.go(offer)
    guest.page.locator("a[href*='signup']").first.click()
    guest.page.wait_for_selector("[name=password1]")
    guest.page.fill("[name=name]", "Song Yi")
    guest.page.fill("[name=email]", email)
    guest.page.fill("[name=password1]", "long-enough-9431")
    guest.page.click("main form button[type=submit]")
    guest.page.wait_for_selector("[name=code]")
    guest.page.fill("[name=code]", Visitor(guest.system).letter(email, about="Welcome").code)
    guest.page.click("main form:has([name=code]) button[type=submit]")
    take = guest.page.get_by_role("button", name="Take the seat as")
    expect(take).to_be_visible()
    guest.look("a seat is offered")
    take.click()
    guest.page.wait_for_load_state()
    guest.look("sitting")


def test_a_groups_seat_is_bought_offered_taken_in_another_window_and_freed(house: System, company: Company) -> None:
    owner, guest = company.person(house, "en", DESK), company.person(house, "en", PHONE)
    look_everywhere(owner, "billing/group/")
    buys_seats(owner, 3)
    counted(owner, 0, 0, 3)
    email = f"guest-{uuid.uuid4().hex[:8]}@example.com"
    offer = invites(owner, email)
    counted(owner, 0, 1, 2)
    look_everywhere(guest, offer)
    sits(guest, offer, email)
    guest.go(STORY)
    expect(guest.page.locator(".wall")).to_have_count(0, timeout=30_000)

    owner.go("account/seats/")
    counted(owner, 1, 0, 2)
    look_everywhere(owner, "account/seats/")
    owner.go("account/seats/")
    remove = owner.page.locator("form[action$='/remove/'] button")
    expect(remove).to_have_accessible_name("Remove Song Yi")
    remove.press("Enter")
    counted(owner, 0, 0, 3)
    expect(owner.page.locator("form[action$='/back/']")).to_have_count(1)
    look_everywhere(owner, "account/seats/")
    guest.go(STORY)
    expect(guest.page.locator(".wall")).to_be_visible()
    assert not owner.faults and not guest.faults


def ticket(member: Person) -> Locator:
    """The perk's place on the member's page, opened anew."""
    return member.go("account/perks/").locator("li.perk", has_text="opening of the kiln")


def mark(staff: Person, email: str, to: str) -> None:
    """On the packer's list: choose the line, see what would change, do it."""
    page = staff.go("/cms/due/")
    page.locator("tr", has_text="kiln").locator("a").first.click()
    staff.look("who is owed it")
    page.locator("tr", has_text=email).locator("[name=row]").check()
    page.select_option("[name=to]", to)
    page.locator("form:has(table) button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("1 would be marked")
    staff.look("what would be marked")
    page.click("[name=do]")
    expect(page.locator("form[action*='undo'], form:has(button:text('Undo it'))").first).to_be_visible()


def paid_member(system: System, person: Person, name: str) -> Person:
    """A patron of a moment ago; how one becomes one is walked elsewhere."""
    visitor = Visitor(system)
    pay(visitor, visitor.sign_up(visitor.follow(visitor.get("join/"), 'a[href*="patron-month/"]'), name=name))
    visitor.wait("account/perks/", f'form[action$="/{TICKET}/claim/"]')
    return person.come_as(visitor)


def test_a_perk_is_asked_for_prepared_sent_and_confirmed(house: System, company: Company) -> None:
    member = paid_member(house, company.person(house, "en", PHONE), "Xie Lan")
    packer = company.person(house, "en", WIDE).sign_in("fulfilment")
    look_everywhere(member, "account/perks/")
    ask = ticket(member).get_by_role("button", name="Ask for one")
    ask.press("Enter")
    expect(member.page.locator(".perk-step[data-state=owed]")).to_be_visible()
    packer.go("/cms/due/")
    packer.look("owed to members")
    for state in ("prepared", "sent"):
        mark(packer, member.email, state)
        expect(ticket(member).locator(f"[data-state={state}]")).to_be_visible()
    look_everywhere(member, "account/perks/")
    come = ticket(member).get_by_role("button", name="It has come")
    come.press("Enter")
    expect(member.page.locator(".perk-step[data-state=received]")).to_be_visible()
    expect(member.page.get_by_role("button", name="It has come")).to_have_count(0)
    look_everywhere(member, "account/perks/")
    assert not member.faults and not packer.faults
