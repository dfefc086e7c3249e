"""A box from its page to the doorstep: a subscriber and a packer with phones, somebody at a desk, a clock that moves."""

import re

from playwright.sync_api import expect

from tests.e2e.letters import letters_to
from tests.e2e.people import DESK, PHONE, Company, Person
from tests.e2e.system import System
from tests.e2e.till import Till
from tests.e2e.visitor import Visitor


def test_a_box_from_its_page_to_the_doorstep(months: System, company: Company) -> None:
    reader = company.person(months, "en", PHONE).sign_in("reader")
    subscribes(reader)
    skips_and_takes_it_back(reader)
    puts_something_in(reader)
    number = over_cut_off_and_renewal(reader, Till(months))
    desk = company.person(months, "en", DESK).sign_in("fulfilment")
    cycle = reviews_and_approves(desk)
    packs_by_the_code(company.person(months, "en", PHONE).sign_in("fulfilment"), number)
    sends(desk, cycle, number)
    sees_the_tracking(reader, number)
    answers_a_letter(company.person(months, "en", PHONE), reader.email)
    assert not reader.faults


def subscribes(reader: Person) -> None:
    page = reader.go("boxes/")
    page.locator("main form button.btn--seal").first.click()
    reader.pay(ship=True)
    page = reader.go("boxes/")
    expect(page.locator("#ship")).to_be_visible()
    reader.look("the subscriber's page")


def skips_and_takes_it_back(reader: Person) -> None:
    page = reader.page
    page.click("[data-opens=skip]")
    page.click("dialog#skip button.btn--seal")
    expect(page.locator("[data-skipped]")).to_be_visible()
    page.click('form[action*="/unskip/"] button')
    expect(page.locator("[data-skipped]")).to_have_count(0)


def puts_something_in(reader: Person) -> None:
    page = reader.go("boxes/")
    page.locator('#along form[action*="/add/"] button').first.click()
    expect(page.locator('#along form[action*="/remove/"]')).to_have_count(1)
    reader.look("the page with something put in")


def over_cut_off_and_renewal(reader: Person, till: Till) -> str:
    """Answers the box's number."""
    page = reader.page
    for _ in range(8):
        if page.locator("[data-order-state=allocated]").count():
            break
        till.advance(until="next_renewal")
        till.settle()
        page = reader.go("boxes/")
    expect(page.locator("[data-order-state]").first).to_have_attribute("data-order-state", "allocated")
    reader.look("the page after the renewal")
    return page.locator("[data-order-state=allocated] summary .num").first.inner_text()


def reviews_and_approves(desk: Person) -> str:
    """Answers the address of the cycle's page."""
    page = desk.go("/cms/boxes/orders/")
    page = desk.go("/cms/boxes/")
    links = page.locator('a[href^="/cms/boxes/"]').evaluate_all("found => found.map(a => a.getAttribute('href'))")
    cycles = sorted(
        {found for link in links if (found := re.sub(r"\?.*", "", link)) and re.fullmatch(r"/cms/boxes/\d+/", found)}
    )
    for cycle in cycles:
        page = desk.go(cycle)
        if "The Monthly Box" in page.content() and page.locator('form[action$="/do/approve/"]').count():
            break
    page = desk.go(f"{cycle}review/")
    expect(page.locator(".money-tiles").first).to_be_visible()
    page = desk.go(cycle)
    page.click('form[action$="/do/approve/"] button')
    expect(page.locator('form[action$="/do/ship/"]')).to_have_count(1)
    return cycle


def packs_by_the_code(packer: Person, number: str) -> None:
    """The slip carries the code; what the code opens fits a phone."""
    page = packer.go(f"/cms/boxes/pack/{number}/paper/slips/")
    assert page.locator("img.qr").first.evaluate("picture => picture.naturalWidth") > 0, "the slip has no code"
    page = packer.go(f"/cms/boxes/pack/{number}/")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    page.click("button.pack-big")
    expect(page.locator("[data-packed]")).to_be_visible()


def sends(desk: Person, cycle: str, number: str) -> None:
    page = desk.go(f"/cms/boxes/order/{number}/")
    form = page.locator('form[action$="/tracking/"]')
    carrier = form.locator("[name=carrier]")
    if carrier.evaluate("field => field.localName") == "select":
        carrier.select_option(index=1)
    else:
        carrier.fill("post")
    form.locator("[name=tracking]").fill("YJ123456789")
    form.locator("button").first.click()
    page = desk.go(cycle)
    page.locator("details.board-more > summary").first.click()  # what cannot be taken back is unfolded first
    page.click('form[action$="/do/ship/"] button')
    page.wait_for_load_state()


def answers_a_letter(somebody: Person, address: str) -> None:
    """The link of a letter, in a browser that nobody is signed in to: its one button is heard."""
    letters = letters_to(Visitor(somebody.system, "en"), address)
    link = next(found for letter in letters if (found := re.search(r"/[a-z-]+/boxes/letter/\S+", letter.text)))
    page = somebody.go(link[0])
    page.locator("main form button").first.click()
    expect(page.locator("[data-skipped], main .error")).to_be_visible()
    somebody.look("the page behind a letter")
    assert not somebody.faults


def sees_the_tracking(reader: Person, number: str) -> None:
    page = reader.go("boxes/")
    box = page.locator("[data-order-state=shipped]").filter(has_text=number).first
    expect(box).to_have_count(1)
    expect(page.locator("[data-tracking]").first).to_contain_text("YJ123456789")
    reader.look("the box on its way")
