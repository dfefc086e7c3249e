"""What members are owed and what they share, over HTTP: a perk from asking to arriving, a group's seat given and taken back."""

import re
import uuid

from bs4 import Tag

from tests.e2e.system import System
from tests.e2e.till import pay
from tests.e2e.visitor import Page, Visitor

STORY = "stories/lacquer-hundred-coats/"
TICKET = "kiln-opening"


def joined(house: System, price: str, name: str) -> Visitor:
    """Somebody who signed up and paid for this price a moment ago."""
    visitor = Visitor(house)
    checkout = visitor.sign_up(visitor.follow(visitor.get("join/"), f'a[href*="{price}/"]'), name=name)
    pay(visitor, checkout)
    visitor.wait("account/", ".member .badge--celadon, .member h2")
    return visitor


def ticket(page: Page) -> Tag:
    """The perk's place on the member's page."""
    return next(li for li in page.soup.select("li.perk") if "opening of the kiln" in li.text)


def row_of(page: Page, email: str) -> str:
    """The number of this member's line on the staff's list."""
    line = next(tr for tr in page.soup.select("tbody tr") if email in tr.text)
    box = line.select_one("input[name=row]")
    assert box is not None
    return str(box["value"])


def mark(staff: Visitor, path: str, email: str, to: str) -> Page:
    """Choose one, look at what would change, do it."""
    due = staff.get(path)
    tried = staff.submit(due, "form:has(table)", row=row_of(due, email), to=to)
    assert "1 would be marked" in tried.text
    return staff.submit(tried, "form:has([name=do])", do="1")


def test_a_perk_goes_from_asking_over_the_packer_s_list_to_the_member_s_hands(house: System) -> None:
    member = joined(house, "patron-month", "Xie Lan")
    member.wait("account/perks/", f'form[action$="/{TICKET}/claim/"]')
    page = member.submit(member.get("account/perks/"), f'form[action$="/{TICKET}/claim/"]')
    assert "it is noted, and being prepared" in page.text
    assert "1 used, 1 left" in re.sub(r"\s+", " ", ticket(page).text)
    assert ticket(page).select_one('[data-state="owed"]')

    packer = Visitor(house).sign_in("fulfilment")
    board = packer.get("/cms/due/")
    path = next(link for link in board.links() if re.search(r"/cms/due/\d+/$", link) and "kiln" in _words(board, link))
    mark(packer, path, member.email, "prepared")
    assert ticket(member.get("account/perks/")).select_one('[data-state="prepared"]')
    mark(packer, path, member.email, "sent")
    assert ticket(member.get("account/perks/")).select_one('[data-state="sent"]')
    assert "kiln" in member.letter(about="way").subject.lower() + member.letter(about="way").text.lower()

    came = member.submit(member.get("account/perks/"), 'form[action*="/perks/received/"]')
    assert ticket(came).select_one('[data-state="received"]')
    assert not came.soup.select('form[action*="/perks/received/"]')


def _words(page: Page, link: str) -> str:
    """What a link on this page says, with the line in which it stands."""
    found = [a for a in page.soup.select("a[href]") if link.endswith(str(a["href"]))]
    return " ".join(str(a.find_parent("tr") or a.text) for a in found)


def test_the_second_asker_of_the_last_one_is_told_that_none_is_left(house: System) -> None:
    member = joined(house, "patron-month", "Xie Qing")
    for _ in range(2):
        page = member.get("account/perks/")
        member.submit(page, f'form[action$="/{TICKET}/claim/"]')
    again = member.submit(page, f'form[action$="/{TICKET}/claim/"]')  # a tab that was open before
    assert "none is left" in again.text and "2 used, 0 left" in re.sub(r"\s+", " ", ticket(again).text)


def test_an_owner_invites_a_guest_who_sits_reads_and_gets_up_again_when_the_seat_is_taken_back(house: System) -> None:
    owner, guest = Visitor(house), Visitor(house)
    owner.sign_up(name="Lu Heng")
    group = owner.get("billing/group/")
    pay(owner, owner.submit(group, 'form[action*="group-month"]', seats="3"))
    seats = owner.wait("account/seats/", ".seat-block")
    assert "0 taken, 0 kept for people invited, 3 free" in seats.text

    email = f"guest-{uuid.uuid4().hex[:8]}@example.com"
    invited = owner.submit(seats, 'form[action$="/invite/"]', emails=email)
    assert email in invited.text and "0 taken, 1 kept for people invited, 2 free" in owner.get("account/seats/").text

    assert guest.get(STORY).soup.select_one(".wall")
    link = re.search(r"https?://\S+/account/seats/accept/[^\s/]+/", guest.letter(email).text)
    assert link is not None
    offer = guest.get(link[0])
    assert "Lu Heng" in offer.text
    accept = guest.sign_up(guest.follow(offer, 'a[href*="signup"]'), name="Song Yi", email=email)
    guest.submit(accept, "main form")
    assert not guest.wait(STORY, "article.story").soup.select_one(".wall")
    taken = owner.get("account/seats/")
    assert "Song Yi" in taken.text and "1 taken, 0 kept for people invited, 2 free" in taken.text
    assert "no longer good" in Visitor(house).get(link[0], status=410).text

    owner.submit(taken, 'form[action$="/remove/"]')
    assert guest.get(STORY).soup.select_one(".wall")
    assert "0 taken, 0 kept for people invited, 3 free" in owner.get("account/seats/").text
    stranger = Visitor(house).sign_in("friend")
    block = str(taken.one('form[action$="/invite/"]')["action"])
    form = stranger.get("account/").soup.select_one("input[name=csrfmiddlewaretoken]")
    token = str(form["value"]) if form else ""
    stranger.post(block, {"emails": stranger.email, "csrfmiddlewaretoken": token}, status=404)
