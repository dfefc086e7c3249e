"""People with a real browser: a window each, whose pages are looked at for what must never be on one."""

import os
import re
import uuid
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.e2e.system import System
from tests.e2e.visitor import ADDRESS, CARD, DECLINED, PASSWORD, Visitor

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE, DESK, WIDE = (360, 780), (1280, 900), (1440, 900)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
         "rules": {"target-size": {"enabled": True}},
         "resultTypes": ["violations"]}  # fmt: skip
EXPECTED = ("WebSocket connection to", "net::ERR_INTERNET_DISCONNECTED")  # of a line that a test has cut
AXE = Axe()


class Person:
    """One window. `page` is Playwright's; `faults` is what the browser complained about."""

    def __init__(
        self, browser: Browser, system: System, language: str, size: tuple[int, int], dark: bool, scripts: bool = True
    ) -> None:
        self.system, self.language, self.email, self.faults = system, language, "", list[str]()
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN" if language == "zh-hans" else "en-GB",
            color_scheme="dark" if dark else "light", reduced_motion="reduce", timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Note errors of a page's console and of its scripts."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in EXPECTED):
            self.faults.append(f"{self.page.url}: {message.text}")

    def at(self, path: str) -> str:
        """The address of a page in this person's language."""
        return f"{self.system.url}{path}" if path.startswith("/") else f"{self.system.url}/{self.language}/{path}"

    def go(self, path: str) -> Page:
        """Open a page and look at it."""
        answer = self.page.goto(self.at(path))
        assert answer is None or answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def look(self, name: str) -> None:
        """What holds for every page: no barrier that axe finds, nothing wider than the window, a quiet console."""
        self.page.evaluate("document.fonts.ready.then(() => true)")
        barriers = [
            f"{found['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for found in AXE.run(self.page, options=RULES).response["violations"]
            for node in found["nodes"]
        ]
        assert not barriers, f"{name} ({self.page.url}):\n" + "\n".join(barriers)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than the window: {self._widest()}"
        assert not self.faults, f"{name}: {self.faults}"

    def _widest(self) -> object:
        return self.page.evaluate(
            "[...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getBoundingClientRect().right >"
            " document.documentElement.clientWidth + 1).slice(0, 6).map(e => e.outerHTML.slice(0, 120))"
        )

    def sign_in(self, who: str) -> "Person":
        """As one of the demo's people, on the sign-in page."""
        self.go("account/login/")
        self.email = f"{who}@example.com"
        self.page.fill("[name=login]", self.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(re.compile(r"/account/$"))
        return self

    def come_as(self, visitor: Visitor) -> "Person":
        """Somebody who has signed up or in without a browser, from here on with this one."""
        known = [{"name": c.name, "value": c.value or "", "url": self.system.url} for c in visitor.session.cookies]
        self.context.add_cookies(known)  # type: ignore[arg-type]
        self.email = visitor.email
        return self

    def arrives_at(self, anchor: str) -> None:
        """The sentence with this id stands in the window, below what stays at its top and above its middle."""
        expect(self.page.locator(f"[id='{anchor}']")).to_be_in_viewport()
        top, head, high = self.page.evaluate(
            "(id) => [document.getElementById(id).getBoundingClientRect().top,"
            " document.querySelector('.masthead').getBoundingClientRect().bottom, innerHeight]", anchor,
        )  # fmt: skip
        assert head <= top <= high / 2, f"#{anchor} is at {top:.0f} px, the masthead ends at {head:.0f} of {high}"

    def sign_up(self, name: str) -> None:
        """On the sign-up page that is open: the form, the letter, the code."""
        self.email = f"person-{uuid.uuid4().hex[:10]}@example.com"
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", self.email)
        self.page.fill("[name=password1]", "long-enough-9431")
        self.page.click("main form button[type=submit]")
        self.page.wait_for_selector("[name=code]")
        self.look("the code")
        self.page.fill("[name=code]", Visitor(self.system, self.language).letter(self.email).code)
        self.page.click("main form:has([name=code]) button[type=submit]")

    def pay(self, *, declined: bool = False, ship: bool = False) -> None:
        """On the checkout page: the card, the address when it is asked for, the button."""
        self.page.wait_for_selector("[data-pay]")
        for field, value in {**(DECLINED if declined else CARD), **(ADDRESS if ship else {})}.items():
            place = self.page.locator(f"[name={field}]")
            if field == "country":
                place.select_option(value)
            elif place.count():
                place.fill(value)
        self.page.click("[data-pay]")
        self.page.wait_for_selector("[data-error]" if declined else "[data-arrived]", timeout=30_000)

    def enter(self, room: str) -> None:
        """A room's page, once its socket is live."""
        self.go(room)
        expect(self.page.locator("yaji-chat[data-live]")).to_be_attached(timeout=30_000)

    def say(self, words: str) -> None:
        """Type it, press Enter."""
        self.page.fill("#say", words)
        self.page.press("#say", "Enter")

    def hears(self, words: str, seconds: float = 20) -> None:
        """The words are in the room exactly once, and settled (no longer on their way)."""
        line = self.page.locator(".msg[data-mid]").filter(has_text=words)
        expect(line).to_have_count(1, timeout=seconds * 1000)
        expect(self.page.locator(".msg[data-pending]").filter(has_text=words)).to_have_count(0)


class Company:
    """Everybody with a window in one test."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.all = browser, list[Person]()

    def person(
        self, system: System, language: str = "en", size: tuple[int, int] = DESK, *, dark: bool = False,
        scripts: bool = True,
    ) -> Person:  # fmt: skip
        """Somebody new with a browser of their own; without `scripts` it runs none."""
        self.all.append(Person(self.browser, system, language, size, dark, scripts))
        return self.all[-1]

    def pictures(self, folder: Path) -> list[str]:
        """What everybody sees now, as files; answers their paths and addresses."""
        found = []
        for number, person in enumerate(self.all):
            file = folder / f"{number}-{person.language}.png"
            person.page.screenshot(path=file)
            found.append(f"{file}  {person.page.url}  {person.faults or ''}")
        return found

    def leave(self) -> None:
        """Close all windows."""
        for person in self.all:
            person.context.close()
