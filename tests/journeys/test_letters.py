"""A newsletter from its composing to its end, over HTTP: chosen, sent, read as far as one's rights go, left with one click."""

import email
import email.policy
import json
import re
import uuid
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

import requests

from tests.e2e.gated import gated, plain
from tests.e2e.system import System
from tests.e2e.visitor import Visitor

STORY, TITLE = "tea-hares-fur", "A Black Bowl, for the Sake of Something White"
NEWSLETTER = "monthly"
SWEEP = 75  # seconds in which whatever is due is found, at the latest


def test_a_letter_goes_to_those_who_want_it_with_what_they_may_read_and_ends_with_one_click(house: System) -> None:
    member, reader, other = Visitor(house).sign_in("member"), Visitor(house), Visitor(house)
    for free in (reader, other):
        free.sign_up()
    wants(reader, True)
    wants(other, False)
    editor, first = Visitor(house).sign_in("editor"), f"Frost {uuid.uuid4().hex[:8]}"
    sends(editor, first)
    gate = next(g.sentence for g in gated() if g.slug == STORY and g.language == "en")
    theirs = letter(reader, first)
    assert TITLE in words(theirs) and gate not in plain(words(theirs))
    assert re.search(r"/join/\?\S*origin=letter", words(theirs)), "the letter names no way to the rest"
    own = words(letter(member, first))  # in Chinese, and to the end
    assert next(g.sentence for g in gated() if g.slug == STORY and g.language == "zh-hans") in plain(own)
    leaves_with_one_click(house, theirs)
    assert not reader.get("account/letters/").one(f"[value={NEWSLETTER}]").has_attr("checked")
    second = f"Thaw {uuid.uuid4().hex[:8]}"
    sends(editor, second)
    letter(member, second)
    editor.wait("/cms/letters/", f"tr:-soup-contains('{second}'):-soup-contains('sent')", seconds=SWEEP)
    for absent, subject in ((other, first), (reader, second), (other, second)):
        assert subject not in absent.get(f"/demo/mail/?to={quote(absent.email)}").text


def wants(reader: Visitor, yes: bool) -> None:
    """Choose the newsletter, or none, on the account's page."""
    token = str(reader.get("account/letters/").one("main form [name=csrfmiddlewaretoken]")["value"])
    page = reader.post("account/letters/", {"csrfmiddlewaretoken": token, "wanted": [NEWSLETTER] if yes else []})
    assert page.one(f"[value={NEWSLETTER}]").has_attr("checked") == yes


def sends(editor: Visitor, subject: str) -> None:
    """Compose a letter with one whole story in the CMS, and send it now."""
    form = editor.get("/cms/snippets/letters/campaign/add/")
    kind = editor.get("/cms/snippets/letters/newsletter/").one(f"a[href*='/edit/']:-soup-contains('{NEWSLETTER}')")
    chooser = editor.get(f"/cms/choose-page/search/?q={quote(TITLE)}&page_type=editorial.storypage")
    found = re.search(r"/cms/pages/(\d+)/edit/", chooser.source)
    assert found, chooser.text[:600]
    nothing = json.dumps({"blocks": [], "entityMap": {}})
    data = dict.fromkeys(("intro_zh", "intro_en", "closing_zh", "closing_en"), nothing) | {
        "csrfmiddlewaretoken": str(form.one("[name=csrfmiddlewaretoken]")["value"]),
        "newsletter": re.sub(r"\D", "", str(kind["href"])), "segment": "everybody", "slug": subject.replace(" ", "-").lower(),
        "subject_zh": subject, "subject_en": subject, "stories-TOTAL_FORMS": "1", "stories-INITIAL_FORMS": "0",
        "stories-MIN_NUM_FORMS": "0", "stories-MAX_NUM_FORMS": "1000", "stories-0-story": found[1],
        "stories-0-extent": "whole", "stories-0-ORDER": "1", "stories-0-id": "", "stories-0-DELETE": "",
    }  # fmt: skip
    page = editor.post(form.url, data)
    assert re.fullmatch(r"/cms/letters/\d+/", urlsplit(page.url).path), page.text[:1500]
    editor.submit(page, "form[action$='/do/schedule/']")


def letter(reader: Visitor, subject: str) -> EmailMessage:
    """The letter to this reader as it left, with its headers; waits until the demo's mail page has it."""
    reader.letter(about=subject, seconds=SWEEP)
    for file in sorted(reader.system.mail.glob("*.eml"), reverse=True):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if subject in str(message["Subject"]) and reader.email in str(message["To"]):
            return message
    raise AssertionError(f"no file of the letter to {reader.email}")


def words(message: EmailMessage) -> str:
    """Both bodies, decoded; what is a link stays one."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(parts).replace("%3A", ":").replace("&amp;", "&")


def leaves_with_one_click(house: System, message: EmailMessage) -> None:
    """As a mail program does it (RFC 8058): a POST without cookies. Looking at the page changes nothing."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(message["List-Unsubscribe"]).strip("<> ")
    assert address.startswith(f"{house.url}/")
    looked = requests.get(address, timeout=20)
    assert looked.ok and "No more" in looked.text
    done = requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    assert done.ok and "It comes no more" in done.text
