"""Further into a room, in real browsers: under a message, back into the past and forward again, below a story."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.e2e.people import DESK, PHONE, Company
from tests.e2e.system import System

ROOM = "groups/celadon-circle/kiln-opening-night/"
LONG = "groups/tea-table/every-cup/"  # of the demo's rooms one with a thousand messages
STORY = "stories/celadon-after-rain/"


def words() -> str:
    """Something nobody has said before."""
    return f"听见了 {uuid.uuid4().hex[:12]}"


def numbers(page: Page) -> list[int]:
    """Of the messages that stand on the page."""
    found = page.locator(".msg[data-mid]").evaluate_all("nodes => nodes.map(node => node.dataset.no)")
    return [int(no) for no in found if no]


def test_under_a_message_two_people_talk_and_the_room_counts_it(house: System, company: Company) -> None:
    ning, friend = company.person(house, "zh-hans", PHONE).sign_in("member"), company.person(house).sign_in("friend")
    for person in (ning, friend):
        person.enter(ROOM)
    ning.say(root := words())
    friend.hears(root)
    message = friend.page.locator(".msg[data-mid]").filter(has_text=root)
    no = message.get_attribute("data-no")
    message.focus()
    friend.page.keyboard.press("Enter")
    friend.page.locator('dialog[open] [data-do="thread"]').click()
    friend.page.wait_for_selector("yaji-chat[data-live]")
    friend.say(answer := words())
    friend.hears(answer)
    line = ning.page.locator(f'.msg[data-no="{no}"] .thread-line')
    expect(line).to_be_visible()
    expect(ning.page.locator(".msg").filter(has_text=answer)).to_have_count(0)
    line.click()
    ning.page.wait_for_selector("yaji-chat[data-live]")
    ning.hears(answer)
    ning.look("under a message")
    friend.say(second := words())
    ning.hears(second)
    assert len(numbers(ning.page)) == 1, "what stands under a message has no number of its own"
    assert not ning.faults and not friend.faults


def test_a_long_past_is_read_both_ways_without_losing_ones_place(house: System, company: Company) -> None:
    ning = company.person(house, "zh-hans", DESK).sign_in("member")
    ning.go(f"{LONG}?at=200#m200")
    page = ning.page
    page.wait_for_selector("yaji-chat[data-live]")
    expect(page.locator("#m200")).to_be_in_viewport()
    first = numbers(page)
    assert first[0] < 200 < first[-1] and 40 <= len(first) <= 60
    stream = page.locator("[data-stream]")
    for way, end in (("up", -1), ("down", 1)):
        before = numbers(page)
        mark = f"#m{before[0] if way == 'up' else before[-1]}"
        page.locator(mark).scroll_into_view_if_needed()
        page.wait_for_function("n => document.querySelectorAll('.msg[data-mid]').length > n", arg=len(before))
        expect(page.locator(mark)).to_be_in_viewport()
        after = numbers(page)
        assert after == list(range(after[0], after[-1] + 1)), "no message is missing and none stands twice"
        assert after[0] < before[0] if end < 0 else after[-1] > before[-1]
    assert stream.is_visible()
    ning.look("a room's past")
    page.locator(".older.row a").last.click()
    page.wait_for_url(re.compile(r"/every-cup/$"))
    page.wait_for_selector("yaji-chat[data-live]")
    assert numbers(page)[-1] > after[-1]


def test_a_day_is_found_again(house: System, company: Company) -> None:
    ning = company.person(house).sign_in("member")
    ning.enter(LONG)
    page = ning.page
    day = page.locator("li.day").first.get_attribute("data-day")
    page.locator("details.jump summary").click()
    page.fill("#jump-day", str(day))
    page.locator("details.jump button").click()
    page.wait_for_url(re.compile(rf"day={day}"))
    page.wait_for_selector("yaji-chat[data-live]")
    expect(page.locator(f'li.day[data-day="{day}"]')).to_have_count(1)


def test_below_a_story_one_says_something_and_another_reads_it(house: System, company: Company) -> None:
    ning, friend = company.person(house, "en", PHONE).sign_in("member"), company.person(house).sign_in("friend")
    page = ning.go(STORY)
    page.evaluate("scrollBy(0, 90)")  # whoever begins to read has the talk ready before coming to it
    page.wait_for_selector("yaji-comments textarea", state="attached")
    page.locator("yaji-comments").scroll_into_view_if_needed()
    page.fill("yaji-comments textarea", said := words())
    page.click("yaji-comments button[type=submit]")
    expect(page.locator("yaji-comments .msg").filter(has_text=said)).to_have_count(1)
    ning.look("a story with words below it")
    page = friend.go(STORY)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")  # in sight at once: it waits to be asked
    page.click("yaji-comments p > a")
    expect(page.locator("yaji-comments h2")).to_be_focused()
    expect(page.locator("yaji-comments .msg").filter(has_text=said)).to_have_count(1)
    page.locator("yaji-comments .sec-head a").click()
    friend.page.wait_for_selector("yaji-chat[data-live]")
    friend.hears(said)


def test_without_scripts_the_same_talk_is_one_link_away(house: System, company: Company) -> None:
    plain = company.person(house, scripts=False)
    page = plain.go(STORY)
    page.locator("yaji-comments a").click()
    expect(page.locator("ol.msgs")).to_be_visible()
