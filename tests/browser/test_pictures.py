"""Pictures in a room, in real browsers: sent by the composer, seen by somebody else, looked at by keyboard alone."""

import io
import uuid

from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.people import PHONE, Company
from tests.e2e.system import System

ROOM = "groups/celadon-circle/kiln-opening-night/"


def jpeg(colour: tuple[int, int, int], size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def choose(page: Page, *pictures: tuple[str, bytes]) -> None:
    """By the button of the composer, as somebody does it who clicks."""
    with page.expect_file_chooser() as chooser:
        page.locator("yaji-attach button").first.click()
    chooser.value.set_files([{"name": n, "mimeType": "image/jpeg", "buffer": data} for n, data in pictures])
    expect(page.locator("[data-attached] li")).to_have_count(len(pictures), timeout=20_000)


def test_a_picture_is_sent_by_the_composer_and_looked_at_by_keyboard(house: System, company: Company) -> None:
    ning, friend = company.person(house, "zh-hans", PHONE).sign_in("member"), company.person(house).sign_in("friend")
    for person in (ning, friend):
        person.enter(ROOM)
    mark = uuid.uuid4().hex[:8]
    choose(ning.page, (f"{mark}.jpg", jpeg((90, 140, 120))), (f"{mark}-2.jpg", jpeg((160, 60, 40), (400, 700))))
    ning.look("a composer with two pictures")
    words = ning.page.locator("[data-attached] input")
    words.first.fill(f"The kiln {mark}")
    ning.page.fill("#say", f"看 {mark}")
    ning.page.locator("#say").press("Enter")
    for person in (ning, friend):
        message = person.page.locator(".msg[data-mid]").filter(has_text=mark)
        expect(message.locator("a[data-picture]")).to_have_count(2, timeout=15_000)
        expect(message.locator("a[data-picture] img")).to_have_count(2, timeout=30_000)
    look_by_keyboard(friend.page, mark)
    friend.look("a room with pictures")
    assert not ning.faults and not friend.faults


def look_by_keyboard(page: Page, mark: str) -> None:
    """Arrow up to the message, Tab to its picture, Enter, arrows, Escape: the focus is where one left off."""
    message = page.locator(".msg[data-mid]").filter(has_text=mark)
    expect(message.get_by_role("img", name=f"The kiln {mark}")).to_be_visible(timeout=15_000)
    message.focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a[data-picture]')"):
            break
    page.keyboard.press("Enter")
    viewer = page.locator("dialog[data-viewer]")
    expect(viewer).to_be_visible()
    caption = viewer.locator("[data-slot=alt]")
    expect(caption).to_have_text(f"The kiln {mark}")
    expect(viewer.locator("img")).to_have_js_property("complete", True)
    assert viewer.locator("img").evaluate("i => i.naturalWidth") == 900
    page.keyboard.press("ArrowRight")
    expect(caption).not_to_have_text(f"The kiln {mark}")
    assert page.evaluate("document.activeElement.closest('dialog') !== null"), "the focus stays inside"
    page.keyboard.press("ArrowLeft")
    expect(caption).to_have_text(f"The kiln {mark}")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    assert page.evaluate("document.activeElement.querySelector('img')?.alt") == f"The kiln {mark}"


def test_without_scripts_a_picture_goes_along_with_the_form_and_its_link_opens_it(house: System, company: Company) -> None:  # fmt: skip
    plain = company.person(house, scripts=False).sign_in("friend")
    page, mark = plain.go(ROOM), uuid.uuid4().hex[:8]
    page.locator("yaji-attach summary").click()
    page.set_input_files("#attach-file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg((30, 60, 90))})
    page.fill("#attach-alt", f"Rain {mark}")
    page.fill("#say", f"See {mark}")
    page.locator("[data-composer] > button[type=submit]").click()
    link = page.locator(".msg").filter(has_text=mark).locator("a[data-picture]")
    expect(link).to_have_count(1)
    answer = page.request.get(plain.at(str(link.get_attribute("href"))))
    assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg"
