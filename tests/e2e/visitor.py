"""A person with a browser that has no scripts: follows links, fills forms in, keeps cookies."""

import html
import json
import re
import time
import uuid
from typing import Any
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from tests.e2e.letters import Letter, letters_to
from tests.e2e.system import System

PASSWORD = "yaji-demo"
CARD = {"card_number": "4242 4242 4242 4242", "exp": "12/34", "cvc": "123", "name": "A Visitor"}
DECLINED = {**CARD, "card_number": "4000 0000 0000 0002"}
ADDRESS = {
    "shipping_name": "闻笛",
    "address_line1": "河坊街 12 号",
    "city": "杭州",
    "postal_code": "310000",
    "country": "CN",
}


class Page:
    """What came back."""

    def __init__(self, answer: requests.Response) -> None:
        self.status, self.url, self.headers = answer.status_code, answer.url, answer.headers
        self.kind = answer.headers.get("Content-Type", "").partition(";")[0]
        answer.encoding = "utf-8"
        self.source = answer.text if self.kind.startswith(("text/", "application/")) else ""
        self._soup: BeautifulSoup | None = None

    @property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        if self._soup is None:
            self._soup = BeautifulSoup(self.source, "html.parser")
        return self._soup

    @property
    def text(self) -> str:
        """What one reads on it, with single spaces; of a feed or of data, everything that it says."""
        if "json" in self.kind:
            return json.dumps(json.loads(self.source), ensure_ascii=False)
        said = self.soup.get_text(" ") if self.kind == "text/html" else html.unescape(self.source)
        return re.sub(r"\s+", " ", said)

    def one(self, selector: str) -> Tag:
        """The first element that fits; fails with the page's text when there is none."""
        found = self.soup.select_one(selector)
        assert found is not None, f"no {selector} on {self.url} ({self.status}): {self.text[:1500]}"
        return found

    def links(self) -> list[str]:
        """Every address that it leads to, absolute, without fragments."""
        return [urljoin(self.url, str(a["href"])).partition("#")[0] for a in self.soup.select("a[href]")]


class Visitor:
    """`language` is the language of the addresses that `at` makes; `email` is set by signing up or in."""

    def __init__(self, system: System, language: str = "en") -> None:
        self.system, self.language, self.email = system, language, ""
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = "zh-CN" if language == "zh-hans" else "en"

    def at(self, path: str) -> str:
        """`join/` in this visitor's language; a path with a leading slash stays as it is."""
        if path.startswith("http"):
            return path
        return f"{self.system.url}{path}" if path.startswith("/") else f"{self.system.url}/{self.language}/{path}"

    def get(self, path: str, *, status: int = 200, **more: Any) -> Page:
        """Open a page; following where it leads."""
        page = Page(self.session.get(self.at(path), timeout=60, **more))
        assert page.status == status, f"{page.url}: {page.status}\n{page.text[:1500]}"
        return page

    def post(self, path: str, data: dict[str, Any], *, status: int = 200, **more: Any) -> Page:
        """Send a form that was not on a page."""
        page = Page(self.session.post(self.at(path), data=data, timeout=60, **more))
        assert page.status == status, f"{page.url}: {page.status}\n{page.text[:1500]}"
        return page

    def submit(self, page: Page, selector: str = "main form", *, status: int = 200, **fields: str) -> Page:
        """Fill the form in and press its button, as a browser without scripts would."""
        form = page.one(selector)
        assert form.name == "form", f"{selector} is a {form.name}"
        data = {**_values(form), **fields}
        target = urljoin(page.url, str(form.get("action") or page.url))
        if str(form.get("method", "get")).lower() == "get":
            return self.get(target, status=status, params=data)
        return self.post(target, data, status=status)

    def follow(self, page: Page, selector: str) -> Page:
        """Press a link, or the button of the form that the selector names."""
        found = page.one(selector)
        return self.submit(page, selector) if found.name == "form" else self.get(urljoin(page.url, str(found["href"])))

    def sign_up(self, page: Page | None = None, *, name: str = "A Visitor", email: str = "") -> Page:
        """From the sign-up page (or a page that is one) through the code in the letter to where that leads."""
        page = page or self.get("account/signup/")
        self.email = email or f"visitor-{uuid.uuid4().hex[:10]}@example.com"
        page = self.submit(page, name=name, email=self.email, password1="long-enough-9431")
        assert page.soup.select_one("main [name=code]"), page.text[:1500]
        return self.submit(page, code=self.letter(self.email).code)

    def sign_in(self, who: str) -> "Visitor":
        """As one of the demo's people."""
        self.email = f"{who}@example.com"
        page = self.submit(self.get("account/login/"), login=self.email, password=PASSWORD)
        assert self.session.cookies.get("sessionid"), page.text[:800]
        return self

    def letter(self, to: str = "", *, about: str = "", seconds: float = 20) -> Letter:
        """Wait for a letter to this address; `about` is a piece of its subject. The newest counts."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [mail for mail in letters_to(self, to or self.email) if about in mail.subject]
            if found:
                return found[0]
            time.sleep(0.2)
        seen = [mail.subject for mail in letters_to(self, to or self.email)]
        raise AssertionError(f"no letter about “{about}” to {to or self.email}; there are {seen}")

    def wait(self, path: str, selector: str, *, seconds: float = 30) -> Page:
        """Open a page until it has something: what a worker does arrives when it arrives."""
        until = time.monotonic() + seconds
        while True:
            page = self.get(path)
            if page.soup.select_one(selector) or time.monotonic() > until:
                page.one(selector)
                return page
            time.sleep(0.3)


def _values(form: Tag) -> dict[str, str]:
    """What the form holds already."""
    data: dict[str, str] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind, name = str(field.get("type", "")), str(field["name"])
        if field.has_attr("disabled") or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            option = field.select_one("option[selected]") or field.select_one("option")
            data[name] = str(option.get("value", option.text)) if option else ""
        else:
            data[name] = field.text if field.name == "textarea" else str(field.get("value", ""))
    return data
