"""Every page that links lead to, as each kind of reader: the gated sentences stand where they may and nowhere else."""

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest

from tests.e2e.gated import Gated, gated, plain
from tests.e2e.system import System
from tests.e2e.visitor import Page, Visitor

MOST = 1600
NOT_PAGES = ("/static/", "/media/", "/account/logout", "/demo/mail/", "/account/data/export", "/cms/", "/documents/")
MACHINES = [
    "/feeds/atom.xml", "/feeds/feed.json", "/feeds/atom.xml?lang=zh-hans", "/feeds/feed.json?lang=zh-hans", "/sitemap.xml", "/robots.txt", "/llms.txt",
]  # fmt: skip
DATA = ("application/ld+json", "application/json")


@dataclass
class Found:
    """What a crawl brought home: pages by address, and what was wrong with them."""

    texts: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """One pass over a page: its links, its words, and what a strict content policy would refuse."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.links, self.words, self.faults = list[str](), list[str](), list[str]()
        policy = page.headers.get("Content-Security-Policy", "")
        if "script-src" not in policy or "unsafe" in policy:
            self.faults.append(f"policy “{policy}”")
        self.feed(page.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links, inline scripts and styles, handlers."""
        own: dict[str, Any] = dict(attrs)
        if tag == "a" and own.get("href"):
            self.links.append(own["href"])
        if tag == "style" or (tag == "script" and "src" not in own and own.get("type") not in DATA):
            self.faults.append(f"inline <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in own if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words.append(data)


def crawl(reader: Visitor) -> Found:
    """All addresses reachable from both home pages by GET, at most MOST of them (a page that breeds addresses would never end), and the machines' ones."""
    found, home = Found(), urlsplit(reader.system.url).netloc
    waiting = deque(reader.at(path) for path in ("/en/", "/zh-hans/", *MACHINES, *searches(), *embeds(reader)))
    seen = {page_of(address) for address in waiting}
    while waiting and len(found.texts) < MOST:
        for link in look(reader, waiting.popleft(), found):
            parts = urlsplit(link)
            if page_of(link) not in seen and parts.netloc == home and not any(part in parts.path for part in NOT_PAGES):
                seen.add(page_of(link))
                waiting.append(link)
    assert not waiting, f"more than {MOST} addresses: {list(waiting)[:10]}"
    return found


def page_of(address: str) -> str:
    """Which page an address is: a sign-up with another way back is the same one, a room with another reply begun too.

    Every room is looked at; of what each room has (its past, one of its messages, a place to ask, its search) one for
    all rooms of a language. The page of tiers is one for each right that it is asked about.
    """
    parts = urlsplit(address)
    if "/groups/" in parts.path:
        deep = re.match(r"(/[^/]+/groups/)[^/]+/[^/]+/(m|t|ask|polls|files)/", parts.path)
        if deep or parts.query:
            return f"{deep[1]}{deep[2]}" if deep else re.sub(r"=.*", "", f"{parts.path.split('/')[1]}?{parts.query}")
    if parts.path.endswith("/join/"):
        given = parse_qs(parts.query)
        return f"{parts.path}?{given.get('need', [''])[0]}&{given.get('currency', [''])[0]}"
    same = "/account/" in parts.path or "/billing/" in parts.path or parts.query.startswith("reply=")
    if parts.path.endswith("/search/"):
        return f"{parts.path}?q={parse_qs(parts.query).get('q', [''])[0]}"  # each narrowing is the same search
    return parts.path if same else address


def searches() -> list[str]:
    """The search for the first half of each gated sentence: a page repeats what was asked for, so never the whole."""
    halves = [(g.language, g.sentence.strip('"')) for g in gated()]
    searched = [f"/{language}/search/?q={quote(text[: len(text) // 2])}" for language, text in sorted(halves)]
    typed = [f"/{language}/search/suggest/?q={quote(text[:6])}" for language, text in sorted(halves)]
    return [*searched, *typed]


def embeds(reader: Visitor) -> list[str]:
    """What another site is told of each gated story."""
    return [f"/feeds/oembed.{form}?url={quote(reader.at(g.path))}" for g in gated() for form in ("json", "xml")]


def look(reader: Visitor, address: str, found: Found) -> list[str]:
    """Open one address, note what is wrong with it; answers where it leads."""
    page = Page(reader.session.get(address, timeout=60))
    if urlsplit(page.url).netloc != urlsplit(reader.system.url).netloc:
        return []
    if page.status >= 400:
        found.faults.append(f"{page.status} {address}")
    if page.kind != "text/html":
        found.texts[address] = plain(page.text)
        return []
    read = Reader(page)
    found.texts[address] = plain(page.source) + plain(" ".join(read.words)) + plain("".join(read.words))
    found.faults += [f"{why}: {address}" for why in read.faults]
    return [urljoin(page.url, link).partition("#")[0] for link in read.links]


def leaks(found: Found, sentences: list[Gated], who: str) -> list[str]:
    """Where a sentence stands that this reader may not read."""
    shut = [g for g in sentences if not g.open_to(who)]
    return [f"{g.slug} ({g.language}) on {at}" for g in shut for at, text in found.texts.items() if g.sentence in text]


@pytest.mark.parametrize("who", ["", "reader", "friend", "member", "patron"])
def test_gated_sentences_stand_where_they_may_and_nowhere_else(house: System, who: str) -> None:
    reader = Visitor(house)
    if who:
        reader.sign_in(who)
    found, sentences = crawl(reader), gated()
    assert not found.faults, "\n".join(sorted(set(found.faults))[:40])
    assert len(found.texts) > 40
    assert not leaks(found, sentences, who)
    for gate in (g for g in sentences if g.open_to(who)):
        assert gate.sentence in found.texts[reader.at(gate.path)], f"{gate.slug} keeps its words from {who}"
    for gate in sentences:
        assert reader.at(gate.path) in found.texts, f"no link leads to {gate.path}"


def test_a_free_account_with_its_month_spent_reads_those_two_stories_and_no_other(house: System) -> None:
    reader = Visitor(house)
    reader.sign_up()
    closed = sorted({g.slug for g in gated() if not g.open_to("reader")})
    opened, refused = closed[:2], closed[2]
    for slug in (*opened, refused):
        page = reader.get(f"/en/stories/{slug}/")
        form = page.soup.select_one("form.meter-way")
        assert (form is not None) == (slug != refused), f"{slug}: {page.text[:300]}"
        if form is not None:
            reader.submit(page, "form.meter-way")
    found, sentences = Found(), gated()
    for address in [*MACHINES, *searches(), *(g.path for g in sentences)]:
        look(reader, reader.at(address), found)
    shut = [g for g in sentences if g.slug not in opened]
    assert not leaks(found, shut, "reader")
    for gate in (g for g in sentences if g.slug in opened):
        assert gate.sentence in found.texts[reader.at(gate.path)]


def test_what_is_gated_is_in_no_feed_even_for_those_who_may_read_it(house: System) -> None:
    patron = Visitor(house).sign_in("patron")
    for address in MACHINES:
        text = plain(patron.get(address).source)
        assert not [g for g in gated() if g.sentence in text], address


def test_the_crawl_would_see_a_leak(house: System) -> None:
    """The control: what a patron reads, held against what a stranger may, is full of leaks."""
    patron, found = Visitor(house).sign_in("patron"), Found()
    for gate in gated():
        look(patron, patron.at(gate.path), found)
    assert len(leaks(found, gated(), "")) >= len(gated())
