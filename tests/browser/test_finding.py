"""Search in a browser: suggestions by keys, Chinese as it is typed, narrowing, and help where nothing is found."""

import re

from playwright.sync_api import expect

from tests.e2e.people import PHONE, WIDE, Company
from tests.e2e.system import System


def test_suggestions_come_while_typing_and_are_chosen_by_keys(house: System, company: Company) -> None:
    person = company.person(house, "en", WIDE)
    page = person.go("search/")
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    field.press_sequentially("dragon k", delay=20)
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    person.look("suggestions")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    expect(field).to_be_focused()
    person.look("a chosen suggestion")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("dragon k")
    field.press_sequentially("iln", delay=20)
    expect(options.filter(has_text="Dragon kiln")).to_be_visible()
    page.keyboard.press("ArrowUp")  # round the end: the last one
    expect(options.last).to_have_attribute("aria-selected", "true")
    address = str(options.last.get_attribute("data-url"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    person.go("search/")
    field.press_sequentially("dragon", delay=20)
    options.filter(has_text="Dragon kiln").click()
    page.wait_for_url("**/glossary/dragon-kiln/")
    assert not person.faults


def test_chinese_finds_while_it_is_typed_and_the_keys_of_the_input_method_stay_its_own(
    house: System, company: Company
) -> None:
    person = company.person(house, "zh-hans", PHONE, dark=True)
    page = person.go("search/")
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    field.focus()
    wire = person.context.new_cdp_session(page)
    wire.send("Input.imeSetComposition", {"text": "龙", "selectionStart": 1, "selectionEnd": 1})
    expect(options.filter(has_text="龙窑").first).to_be_visible()
    field.evaluate(
        "it => it.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true, bubbles: true}))"
    )
    assert page.locator("[role=option][aria-selected=true]").count() == 0, "the arrow belonged to the input method"
    wire.send("Input.insertText", {"text": "龙窑"})
    expect(options.first).to_contain_text("龙窑")
    person.look("suggestions in Chinese")
    page.keyboard.press("Enter")  # nothing is chosen: the form is sent
    page.wait_for_url(re.compile(r"/zh-hans/search/\?q="))
    expect(page.locator(".hit mark", has_text="龙窑").first).to_be_visible()
    person.look("results in Chinese")


def test_results_are_narrowed_and_widened_again(house: System, company: Company) -> None:
    person = company.person(house, "en", PHONE)
    page = person.go("search/?q=fire")
    hits, said = page.locator("[aria-labelledby=found-story] .hit"), page.locator("header p[role=status]")
    before = total(said.inner_text())
    page.locator("details.narrow summary").click()
    page.locator("details.narrow a[href*='craft=tea']").click()
    page.wait_for_url(re.compile("craft=tea"))
    chosen = page.locator("details.narrow a[aria-current=true]")
    expect(chosen).to_be_visible()
    assert 0 < total(said.inner_text()) < before
    assert hits.count() >= 1
    for hit in hits.all():
        assert "/stories/tea-" in str(hit.locator("h3 a").get_attribute("href"))
    person.look("narrowed results")
    chosen.click()
    page.wait_for_url(lambda url: "craft" not in url)
    assert total(said.inner_text()) == before
    page.locator(".finder-tabs a", has_text="Glossary").click()
    page.wait_for_url(re.compile("in="))
    assert "/glossary/" in str(page.locator(".hit h3 a").first.get_attribute("href"))
    page = person.go("search/?q=urushiol&craft=tea")
    expect(page.locator(".hit")).to_have_count(0)
    ways = page.locator(".finder-help a")
    assert ways.count() >= 2
    person.look("nothing is found")
    ways.filter(has_text="All stories").click()
    page.wait_for_url(re.compile("/en/stories/$"))
    assert not person.faults


def total(words: str) -> int:
    """The number in a line."""
    found = re.search(r"\d+", words)
    assert found, words
    return int(found[0])
