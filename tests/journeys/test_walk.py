"""One account walks through all of Yaji over HTTP; nothing is mocked. The clock moves: this file has its own system."""

from datetime import datetime

import pytest

from tests.e2e.gated import gated, plain
from tests.e2e.system import System
from tests.e2e.talker import Talker, room_number
from tests.e2e.till import Till, pay
from tests.e2e.visitor import ADDRESS, DECLINED, Page, Visitor

STORY = "lacquer-hundred-coats"
ROOM = "groups/celadon-circle/kiln-opening-night/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_account_walks_through_all_of_it(months: System, language: str) -> None:
    newcomer = Visitor(months, language)
    wall = meets_the_wall(newcomer)
    checkout = signs_up_on_the_way_to_a_seat(newcomer, wall)
    pays_and_reads_on(newcomer, checkout)
    talks_with_somebody(newcomer)
    box = subscribes_to_a_box(newcomer)
    sees_the_order_over_the_renewal(newcomer, Till(months), box)
    skips_the_next_box_and_takes_it_back(newcomer)
    leaves(newcomer)
    has_letters(newcomer)


def meets_the_wall(newcomer: Visitor) -> Page:
    """Both languages stand open up to the wall, and no further."""
    story = newcomer.get(f"stories/{STORY}/")
    for gate in (g for g in gated() if g.slug == STORY):
        page = newcomer.get(gate.path)
        assert page.soup.select_one(".wall"), f"no wall on {page.url}"
        assert gate.sentence not in plain(page.source)
        assert page.one("article.story").get("lang", "").startswith(gate.language[:2])
    others = [a["hreflang"] for a in story.soup.select("link[rel=alternate][hreflang]")]
    assert len(set(others)) >= 2
    return story


def signs_up_on_the_way_to_a_seat(newcomer: Visitor, story: Page) -> Page:
    """The wall leads to the tiers, a tier to the sign-up, the letter's code on to the payment page."""
    join = newcomer.get(str(story.one(".wall a.btn--seal")["href"]))
    signup = newcomer.follow(join, 'a[href*="companion-month"]')
    assert signup.soup.select_one("[name=password1]"), signup.text[:500]
    return newcomer.sign_up(signup, name="走来的人" if newcomer.language != "en" else "A Walker")


def pays_and_reads_on(newcomer: Visitor, checkout: Page) -> None:
    """A declined card says so and charges nothing; a good one leads back to the very sentence."""
    declined = pay(newcomer, checkout, DECLINED)
    assert declined.soup.select_one("[data-error]"), declined.text[:600]
    story = f"stories/{STORY}/"
    assert newcomer.get(story).soup.select_one(".wall")
    welcome = newcomer.wait(pay(newcomer, declined).url, "[data-arrived]")
    back = str(welcome.one("[data-arrived] a.btn--seal")["href"])
    path, _, fragment = back.partition("#")
    assert path == f"/{newcomer.language}/{story}"
    assert fragment, "the way back forgot the sentence"
    page = newcomer.get(path)
    assert page.soup.find(id=fragment), f"#{fragment} is not on the story"
    assert not page.soup.select_one(".wall")
    for gate in (g for g in gated() if g.slug == STORY and g.language == newcomer.language):
        assert gate.sentence in plain(page.text)


def talks_with_somebody(newcomer: Visitor) -> None:
    """What the newcomer says arrives at another member's socket, and stands on the page afterwards."""
    friend = Visitor(newcomer.system).sign_in("friend")
    room = room_number(newcomer.get(ROOM))
    with Talker(newcomer) as one, Talker(friend) as other:
        assert one.sit_down(room)["t"] == other.sit_down(room)["t"] == "live"
        words = f"读到第二十一道漆了。 {newcomer.email}"
        done = one.say(room, words)
        assert done["t"] == "ok", done
        heard = other.hear(newcomer.email)
        assert heard["seq"] == done["seq"]
        assert other.say(room, f"@ {words}")["t"] == "ok"
        one.hear(f"@ {words}")
    assert words in newcomer.get(ROOM).text


def subscribes_to_a_box(newcomer: Visitor) -> Page:
    """Nothing is due before the cut-off; the address given to the payment service is the box's."""
    offer = newcomer.get("boxes/")
    checkout = newcomer.submit(offer, 'form[action*="/billing/checkout/"]')
    assert "0.00" in checkout.one("[data-total]").text or "¥0" in checkout.one("[data-total]").text
    newcomer.wait(pay(newcomer, checkout, **ADDRESS).url, "[data-arrived]")
    portal = newcomer.wait("boxes/", "#ship")
    assert ADDRESS["address_line1"] in str(portal.one("#ship form"))
    return portal


def sees_the_order_over_the_renewal(newcomer: Visitor, till: Till, portal: Page) -> None:
    """One second past the cut-off nothing can be skipped; over the renewal the order is paid and has its things."""
    cutoff = datetime.fromisoformat(str(portal.one("[data-until]")["data-until"]))
    till.advance(to=int(cutoff.timestamp()) + 1)
    late = newcomer.submit(portal, 'form[action*="/skip/"]')
    assert {"en": "cut-off has passed", "zh-hans": "截单"}[newcomer.language] in late.one(".toasts").text
    assert states(late)[:1] == ["locked"] or states(late)[:1] == ["awaiting_payment"], states(late)
    for _ in range(6):
        if states(newcomer.get("boxes/"))[:1] in (["paid"], ["allocated"]):
            break
        till.advance(until="next_renewal")
    if states(newcomer.get("boxes/"))[0] == "paid":  # packing begins when everybody's renewal has been charged
        till.advance(seconds=86_400)
    page = newcomer.wait("boxes/", '[data-order-state="allocated"]')
    assert states(page)[0] == "allocated"
    assert page.one("[data-order-state] .steps li").text


def states(page: Page) -> list[str]:
    """The states of the boxes so far, newest first."""
    return [str(node["data-order-state"]) for node in page.soup.select("[data-order-state]")]


def skips_the_next_box_and_takes_it_back(newcomer: Visitor) -> None:
    skipped = newcomer.submit(newcomer.get("boxes/"), 'form[action*="/skip/"]')
    assert skipped.soup.select_one("[data-skipped]")
    again = newcomer.submit(skipped, 'form[action*="/unskip/"]')
    assert not again.soup.select_one("[data-skipped]")


def leaves(newcomer: Visitor) -> None:
    """Leaving takes two steps, says until when, and takes nothing away before."""
    account = newcomer.get("account/")
    money = newcomer.follow(account, '.member a[href$="/billing/"]')
    why = newcomer.follow(money, '.row:has(a[href*="/pause/"]) a[href*="/leave/"]')  # the seat's, not the box's
    sure = newcomer.submit(why, reason="unused")
    after = newcomer.submit(sure, 'form:has([name="sure"])', sure="1")
    assert after.one('[data-stand="leaving"]').text.strip()
    assert not newcomer.get(f"stories/{STORY}/").soup.select_one(".wall")


def has_letters(newcomer: Visitor) -> None:
    """Welcome, receipt and the word about leaving, each readable as text."""
    english = newcomer.language == "en"
    for about in ("Welcome", "Received", "You leave") if english else ("欢迎", "收到", "离开"):
        letter = newcomer.letter(about=about)
        assert len(letter.text.strip()) > 40
        assert letter.has_html
