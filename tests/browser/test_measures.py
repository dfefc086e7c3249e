"""What a page costs the one who opens it: what jumps, what is seen largest, how many bytes come over the wire."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.people import PHONE, WIDE, Company, Person
from tests.e2e.system import System

MOST_SHIFT = 0.02
MOST_BYTES, MOST_SCRIPT = 60_000, 25_000  # of a story without its pictures
SLOW = {"offline": False, "latency": 40, "downloadThroughput": 400_000, "uploadThroughput": 100_000}  # bytes a second
PICTURES = {"Image", "Media"}
KEPT = "localStorage.setItem('yaji:places', JSON.stringify({[location.pathname]: {paragraph: 9, percent: 40, at: Date.now()}}))"
STORIES = ["celadon-after-rain", "celadon-starved-fire", "celadon-white-earth", "cobalt-packed-in-tea",
           "woodblock-white-plum"]  # fmt: skip
OBSERVE = """
window.seen = {shift: 0, from: [], largest: null};
new PerformanceObserver((list) => { for (const it of list.getEntries()) if (!it.hadRecentInput) {
  seen.shift += it.value;
  seen.from.push(...(it.sources ?? []).map((s) => `${it.value.toFixed(4)} ${s.node?.outerHTML?.slice(0, 90)}`));
} }).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver((list) => { for (const it of list.getEntries()) seen.largest = {
  at: Math.round(it.startTime), size: it.size, tag: it.element?.outerHTML?.slice(0, 120) ?? '',
  first: Boolean(it.element?.closest('h1, .lead-art, .cover-art')),
}; }).observe({type: 'largest-contentful-paint', buffered: true});
"""
SCROLL = """async () => {
  const quiet = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) { scrollTo(0, at); await quiet(); }
  await Promise.all([...document.images].map((it) => it.complete || new Promise((done) => it.onload = it.onerror = done)));
  await quiet();
}"""


class Scales:
    """One window whose pages are weighed: bytes over the wire by kind of what was fetched."""

    def __init__(self, person: Person, *, slow: bool = False) -> None:
        self.person, self.bytes, self._kinds = person, Counter[str](), dict[str, str]()
        self.wire = person.context.new_cdp_session(person.page)
        self.wire.send("Network.enable")
        self.wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        if slow:
            self.wire.send("Network.emulateNetworkConditions", SLOW)
        self.wire.on("Network.responseReceived", self._answered)
        self.wire.on("Network.loadingFinished", self._finished)
        person.page.add_init_script(OBSERVE)

    def _answered(self, event: Any) -> None:
        self._kinds[event["requestId"]] = event["type"]

    def _finished(self, event: Any) -> None:
        self.bytes[self._kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])

    def weigh(self, path: str) -> dict[str, Any]:
        """Open a page and wait until it is quiet; answers what it showed and what jumped until then."""
        self.bytes.clear()
        self.person.go(path)
        self.person.page.wait_for_load_state("networkidle")
        return dict(self.person.page.evaluate("seen"))

    def scrolled(self) -> dict[str, Any]:
        """Read to the end, where the pictures come late; answers what has jumped by then."""
        self.person.page.evaluate(SCROLL)
        return dict(self.person.page.evaluate("seen"))


@pytest.mark.parametrize(("language", "size"), [("zh-hans", PHONE), ("en", WIDE)])
def test_nothing_jumps_and_the_first_thing_seen_is_the_picture_or_the_title(
    house: System, company: Company, language: str, size: tuple[int, int], record_property: Any
) -> None:
    person = company.person(house, language, size)
    scales = Scales(person, slow=True)
    for path in ["", f"stories/{STORIES[0]}/", f"stories/{STORIES[1]}/", "search/?q=celadon"]:
        opened = scales.weigh(path)
        if not path.startswith("search"):
            assert opened["largest"]["first"], f"{path}: the largest paint is {opened['largest']}"
        read = scales.scrolled()
        record_property(
            f"{path or 'home'} at {size[0]} px",
            f"shift {read['shift']:.4f}, largest after {opened['largest']['at']} ms: {opened['largest']['tag'][:60]}",
        )
        assert read["shift"] <= MOST_SHIFT, f"{path} jumps by {read['shift']:.3f}: {read['from'][:6]}"
    assert not person.faults


def test_the_way_back_into_a_story_moves_nothing(house: System, company: Company, record_property: Any) -> None:
    """A visitor's place is known to this device alone: its line comes by a script, and hardly anything moves for it."""
    person = company.person(house, "en", WIDE)  # where the line stands in the first window
    person.page.add_init_script(f"try {{ {KEPT} }} catch {{}}")
    scales = Scales(person, slow=True)
    opened = scales.weigh(f"stories/{STORIES[1]}/")
    assert person.page.locator(".resume-line").count() == 1
    record_property("a story begun on this device", f"shift {opened['shift']:.4f}")
    assert opened["shift"] <= MOST_SHIFT, f"it jumps by {opened['shift']:.3f}: {opened['from'][:6]}"


def test_a_jump_would_be_seen(house: System, company: Company) -> None:
    """The control: a line put in above the text is a jump, and a paragraph larger than the picture is the largest paint."""
    person = company.person(house)
    scales = Scales(person)
    scales.weigh("stories/")
    person.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<p class=standfirst></p>');"
        "document.querySelector('main p').style.height = '300px'"
    )
    assert scales.scrolled()["shift"] > MOST_SHIFT
    person.faults.clear()


def test_pages_are_light(house: System, company: Company, record_property: Any) -> None:
    """Without its pictures, at most 60 kB over the wire and 25 kB of script, in either language and with whatever blocks."""
    scales = {language: Scales(company.person(house, language)) for language in ("en", "zh-hans")}
    pages = [*(("en", f"stories/{slug}/") for slug in STORIES), ("en", ""), ("en", "search/?q=celadon")]
    heavy = []
    for language, path in [*pages, ("zh-hans", f"stories/{STORIES[1]}/"), ("zh-hans", "")]:
        scale = scales[language]
        scale.weigh(path)
        without = sum(n for kind, n in scale.bytes.items() if kind not in PICTURES)
        weights = f"{without} bytes without pictures: {dict(scale.bytes.most_common())}"
        record_property(f"{path or 'home'} ({language})", weights)
        assert scale.bytes["Document"] > 2_000 and scale.bytes["Stylesheet"] > 4_000, "the scales weigh nothing"
        if without > MOST_BYTES or scale.bytes["Script"] > MOST_SCRIPT:
            heavy.append(f"{path} ({language}): {weights}")
        assert not scale.person.faults
    assert not heavy, "\n".join(heavy)
