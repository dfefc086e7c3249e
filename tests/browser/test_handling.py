"""Blocks that are handled: by keys, by buttons, and what is left of them where no script runs or nothing can be drawn."""

import io
import re
from collections.abc import Callable

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import PHONE, Company
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

SLIDER = PANORAMA = "celadon-starved-fire"
MODEL = FILM = "celadon-white-earth"
ZOOM, MAP, POLL, GALLERY, EVENT = (
    "cobalt-broken-heap", "cobalt-packed-in-tea", "woodblock-white-plum", "celadon-after-rain", "indigo-carrying-cloth",
)  # fmt: skip
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...more);
};
"""


def shot(element: Locator) -> Image.Image:
    """What is seen of an element."""
    return Image.open(io.BytesIO(element.screenshot())).convert("RGB")


def colours(picture: Image.Image) -> int:
    """How many there are, in rough steps: a blank surface has one."""
    small = picture.resize((64, 64)).quantize(64).convert("RGB")
    return len(small.getcolors(64 * 64) or [])


def changes(element: Locator, act: Callable[[], object], seconds: int = 10) -> None:
    """After the act the element looks otherwise than before; it may take some frames."""
    before = shot(element)
    act()
    for _ in range(seconds * 10):
        if ImageChops.difference(before, shot(element)).getbbox():
            return
        element.page.evaluate("new Promise(requestAnimationFrame)")
    raise AssertionError("it looks as before")


def begin(page: Page, name: str) -> Locator:
    """Press the button on the picture; answers the canvas."""
    place = page.locator(name)
    place.scroll_into_view_if_needed()
    expect(place.locator("img")).to_be_visible()
    place.locator("button.viewer-act").click()
    canvas = place.locator("canvas")
    expect(canvas).to_be_visible()
    expect(place.locator("button.viewer-act")).to_have_count(0)
    expect(canvas).to_be_focused()
    expect(place.locator("img")).to_be_hidden()
    return canvas


def test_things_are_turned_and_looked_around_in_by_keys(house: System, company: Company) -> None:
    person = company.person(house)
    page = person.go(f"stories/{MODEL}/")
    for name, slug in (("yaji-model", MODEL), ("yaji-panorama", PANORAMA)):
        person.go(f"stories/{slug}/")
        canvas = begin(page, name)
        assert colours(shot(canvas)) > 8, f"{name} is blank"
        assert canvas.get_attribute("aria-label")
        for key in ("ArrowRight", "ArrowUp", "+"):
            changes(canvas, lambda key=key: page.keyboard.press(key))  # type: ignore[misc]
        page.keyboard.press("Tab")
        expect(canvas).not_to_be_focused()
        person.look(f"{name} at work")


def test_two_pictures_are_compared_by_keys_and_a_close_look_has_buttons(house: System, company: Company) -> None:
    person = company.person(house, "zh-hans", PHONE)
    page = person.go(f"stories/{SLIDER}/")
    place = page.locator("yaji-slider")
    place.scroll_into_view_if_needed()
    slider = place.get_by_role("slider")
    second = place.locator(".slider-side").nth(1)
    slider.focus()
    before = second.evaluate("it => getComputedStyle(it).clipPath")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert slider.input_value() == "55"
    assert second.evaluate("it => getComputedStyle(it).clipPath") != before
    assert slider.get_attribute("aria-valuetext") == "55%"
    person.go(f"stories/{ZOOM}/")
    zoom = page.locator("yaji-zoom")
    picture, near = zoom.locator("img"), zoom.get_by_role("button").first
    zoom.scroll_into_view_if_needed()
    wide = picture.bounding_box()
    near.click()
    near.click()
    closer = picture.bounding_box()
    assert wide and closer and closer["width"] > wide["width"] * 2
    frame = zoom.locator(".zoom-frame")
    frame.focus()
    page.keyboard.press("ArrowLeft")
    moved = picture.bounding_box()
    assert moved and abs(moved["x"] - closer["x"]) > 20
    page.keyboard.press("0")
    back = picture.bounding_box()
    assert back and abs(back["width"] - wide["width"]) < 1
    person.look("a close look")


def test_where_nothing_can_be_drawn_the_picture_stays(house: System, company: Company) -> None:
    person = company.person(house)
    person.page.add_init_script(NO_WEBGL)
    for name, slug in (("yaji-model", MODEL), ("yaji-panorama", PANORAMA)):
        page = person.go(f"stories/{slug}/")
        place = page.locator(name)
        place.locator("button.viewer-act").click()
        expect(place.locator("button.viewer-act")).to_be_disabled()
        expect(place.locator("img")).to_be_visible()
        expect(place.locator("canvas")).to_have_count(0)
    assert not person.faults


def test_a_terms_card_opens_on_its_word_and_closes_by_escape(house: System, company: Company) -> None:
    person = company.person(house)
    page = person.go(f"stories/{ZOOM}/")
    term = page.locator("a.gloss").first
    card = page.locator(f"[id='{term.get_attribute('data-term')}']")
    term.scroll_into_view_if_needed()
    expect(card).to_be_hidden()
    term.hover()
    expect(card).to_be_visible()
    word, box = term.bounding_box(), card.bounding_box()
    assert word and box and abs(box["y"] - word["y"]) < box["height"] + 3 * word["height"], (
        "the card is beside its word"
    )
    card.hover()  # the pointer may go into the card to read or to select
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(0, 0)
    page.evaluate(
        "(id) => document.querySelector(`[data-term='${id}']`).focus({focusVisible: true})", card.get_attribute("id")
    )
    expect(card).to_be_visible()
    person.look("a term's card")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(term).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/glossary/"))


def test_sound_and_film_play_and_have_their_words(house: System, company: Company) -> None:
    person = company.person(house)
    page = person.go(f"stories/{FILM}/")
    film = page.locator("video")
    assert film.get_attribute("controls") is not None and film.get_attribute("preload") == "none"
    length = film.evaluate("it => new Promise((done, no) => { it.onloadedmetadata = () => done(it.duration); "
                           "it.onerror = () => no(it.error?.message); it.preload = 'metadata'; it.load(); })")  # fmt: skip
    assert length > 1
    words = page.locator("figure.film")
    if film.locator("track").count():
        cues = "it => new Promise((done) => { const t = it.track; t.mode = 'showing'; it.onload = () => done(t.cues.length);" \
               " it.onerror = () => done(-1); if (it.readyState === 2) done(t.cues.length); })"  # fmt: skip
        assert film.locator("track").evaluate(cues) >= 2
    words.locator("summary").click()
    expect(words.locator(".transcript p").first).to_be_visible()
    person.go(f"stories/{PANORAMA}/")
    sound, words = page.locator("audio").first, page.locator("figure.sound").first
    assert sound.evaluate("it => new Promise((done, no) => { it.onloadedmetadata = () => done(it.duration); "
                          "it.onerror = () => no(it.error?.message); it.preload = 'metadata'; it.load(); })") > 1  # fmt: skip
    words.locator("summary").click()
    expect(words.locator(".transcript p").first).to_be_visible()
    assert not person.faults


def test_pictures_below_the_fold_wait_and_a_map_is_told_in_words(house: System, company: Company) -> None:
    person = company.person(house, "en", PHONE)
    page = person.go(f"stories/{GALLERY}/")
    assert page.locator(".lead-art img").get_attribute("loading") == "eager"
    late = page.locator("article.story > :not(.lead) img")
    assert late.count() >= 4
    for number in range(late.count()):
        assert late.nth(number).get_attribute("loading") == "lazy"
        assert late.nth(number).get_attribute("width") and late.nth(number).get_attribute("height")
    last = page.locator(".gallery img").last
    assert not last.evaluate("it => it.complete && it.naturalWidth > 0"), "it is there before anybody comes near"
    last.scroll_into_view_if_needed()
    expect(last).to_have_js_property("complete", True)
    assert last.evaluate("it => it.decode().then(() => it.naturalWidth)") > 0
    page = person.go(f"stories/{MAP}/")
    expect(page.locator(".map-sheet")).to_be_visible()
    named, pins = page.locator(".map-places li"), page.locator(".map-pin text")
    assert named.count() >= 2 and pins.count() == named.count()
    for number in range(named.count()):
        assert pins.nth(number).inner_html() in named.nth(number).inner_text()
    assert not person.faults


def test_without_scripts_every_block_is_its_picture_and_its_words(house: System, company: Company) -> None:
    person = company.person(house, "zh-hans", PHONE, scripts=False)
    for slug, name, pictures in ((MODEL, "yaji-model", 1), (PANORAMA, "yaji-panorama", 1), (SLIDER, "yaji-slider", 2),
                                 (ZOOM, "yaji-zoom", 1)):  # fmt: skip
        page = person.go(f"stories/{slug}/")
        seen = page.locator(f"{name} img")
        expect(seen).to_have_count(pictures)
        for number in range(pictures):
            seen.nth(number).scroll_into_view_if_needed()
            expect(seen.nth(number)).to_be_visible()
            assert (seen.nth(number).get_attribute("alt") or "").strip()
        assert page.locator(f"{name} :is(button, canvas, input)").count() == 0, "a control that does nothing"
        expect(page.locator(f"figure:has({name}) figcaption")).to_be_visible()
    left, right = (page_box(person.go(f"stories/{SLIDER}/").locator("yaji-slider img").nth(n)) for n in (0, 1))
    assert left["x"] + left["width"] <= right["x"] + 1, "the two pictures stand side by side"
    page = person.go(f"stories/{FILM}/")
    page.locator("figure.film summary").click()  # a transcript opens without a script
    expect(page.locator("figure.film .transcript p").first).to_be_visible()
    page = person.go(f"stories/{ZOOM}/")
    page.locator("a.gloss").first.click()
    page.wait_for_url(re.compile("/glossary/"))
    expect(person.go(f"stories/{EVENT}/").locator(".event-card a[download]")).to_be_visible()
    expect(person.go(f"stories/{MAP}/").locator(".map-places li").first).to_be_visible()


def page_box(element: Locator) -> dict[str, float]:
    """Where it stands."""
    box = element.bounding_box()
    assert box
    return dict(box)  # type: ignore[arg-type]


def test_a_poll_takes_a_vote_without_scripts_and_tells_the_result_in_numbers(house: System, company: Company) -> None:
    voter = Visitor(house)
    voter.sign_up()
    person = company.person(house, "zh-hans", PHONE, scripts=False).come_as(voter)
    page = person.go(f"stories/{POLL}/")
    poll = page.locator("section.poll")
    expect(poll.locator(".poll-result")).to_have_count(0)
    for answer, again in ((1, False), (2, True)):
        poll.locator("input[type=radio]").nth(answer).check()
        poll.locator("button[type=submit]").click()
        own = poll.locator(".poll-result [data-own]")
        expect(own).to_have_count(1)
        rows = poll.locator(".poll-result .num").all_inner_texts()
        numbers = [re.fullmatch(r"(\d+) · (\d+)%", row.strip()) for row in rows]
        assert all(numbers), rows
        assert sum(int(n[1]) for n in numbers if n) == 1, f"one vote for each account, {again=}: {rows}"
        assert (numbers[answer] or [""])[0] == "1 · 100%"
        assert re.search(r"#poll-\d+$", page.url)
    seen = company.person(house, "zh-hans", PHONE).come_as(voter)
    seen.go(f"stories/{POLL}/").locator("section.poll").scroll_into_view_if_needed()
    seen.look("a poll with its result")
    visitor = company.person(house).go(f"stories/{POLL}/")
    expect(visitor.locator("section.poll a.btn")).to_be_visible()
    assert visitor.locator("section.poll :is(form, .poll-result)").count() == 0
