"""The table: everybody who may stand before the house, and every door of it. Allowed and denied share one set-up."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from community.refusals import Refused
from ground import clock
from membership import actions as rights
from membership import crowd, meter
from membership.actions import Source
from membership.perks import actions as perks
from membership.perks import queries as perk_queries
from membership.perks.models import Perk
from membership.seats import actions as seats
from tests.factories import editorial as pages
from tests.factories import files
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.factories.membership import tiers

pytestmark = pytest.mark.django_db
PEOPLE = "anonymous free friend companion patron overdue lapsed ended comp seat gift once"
FRIENDS = "A friends’ quokka."

# door: who may, in the order of PEOPLE. An overdue Companion reads on, listens, and neither speaks nor claims.
DOORS = {
    #                     anon free fri com pat ove lap end cmp seat gift once
    "page":              "-    -    -   x   x   x   -   -   x   x    x    x",
    "friends' block":    "-    -    x   x   x   x   -   -   x   x    x    x",
    "file":              "-    -    -   x   x   x   -   -   x   x    x    x",
    "feed":              "-    -    -   -   -   -   -   -   -   -    -    -",
    "search":            "-    -    -   x   x   x   -   -   x   x    x    x",
    "room, listening":   "-    -    -   x   x   x   -   -   x   x    x    x",
    "room, speaking":    "-    -    -   x   x   -   -   -   x   x    x    x",
    "patrons' room":     "-    -    -   -   x   -   -   -   -   -    -    -",
    "early access":      "-    -    -   x   x   x   -   -   x   x    x    x",
    "perk asked for":    "-    -    -   x   x   -   -   -   x   x    x    x",
    "patrons' perk":     "-    -    -   -   x   -   -   -   -   -    -    -",
    "circle of letters": "-    -    -   x   x   x   -   -   x   x    x    x",
    "metered story":     "-    x    x   x   x   x   x   x   x   x    x    x",
    "page of seats":     "-    x    x   x   x   x   x   x   x   x    x    x",
    "welcome page":      "-    -    -   x   x   x   -   -   x   x    x    x",
    "perks on the page": "-    -    -   x   x   x   -   -   x   x    x    x",
}  # fmt: skip


def _seated(kind: str) -> Any:
    """Somebody at the Companions' table, for the reason that the word names."""
    now, account = clock.now(), person()
    if kind == "comp":
        rights.give_comp(
            account=account, tier_key="companion", ends=now + timedelta(days=9), reason="test", actor="test"
        )
    elif kind == "seat":
        block = seats.set_block(owner=person(), tier_key="companion", source=Source("plan", "group"), seats=2, starts=now,
                                ends=now + timedelta(days=9), actor="test")  # fmt: skip
        seats.sit(block=block, account=account, actor="test")
    else:
        missing = {"overdue": now - timedelta(days=2), "lapsed": now - timedelta(days=20)}.get(kind)
        ends = now - timedelta(hours=1) if kind == "ended" else None if kind == "once" else now + timedelta(days=30)
        source = Source(kind if kind in ("gift", "once") else "plan", "7")
        rights.grant(account=account, key="tier:companion", source=source, actor="test", starts=now - timedelta(days=60),
                     ends=ends, overdue_since=missing)  # fmt: skip
    return account


def people(kind: str) -> Any:
    """One of PEOPLE."""
    if kind in ("anonymous", "free"):
        return AnonymousUser() if kind == "anonymous" else person()
    if kind in ("friend", "companion", "patron"):
        account = person()
        rights.grant(account=account, key=f"tier:{kind}", source=Source("plan", "1"), actor="test")
        return account
    return _seated(kind)


@pytest.fixture
def house() -> SimpleNamespace:
    """One of everything that has a door."""
    tiers()
    common = {"name_zh": "物", "name_en": "Thing", "entitlement": "tier:companion"}
    return SimpleNamespace(
        story=pages.story(slug="after-rain", body=[
            *pages.free_body(), pages.members(pages.text("A furtive axolotl.")),
            pages.members(pages.text(FRIENDS), requires="stories:friend"),
        ]),
        metered=pages.story(slug="metered"),
        file=files.sound(audience="stories:all"),
        room=room(read_key="rooms:companion"), corner=room(read_key="rooms:patron"),
        early=Perk.objects.create(key="early", kind="early", quota=0, **common),
        ticket=Perk.objects.create(key="ticket", kind="ticket", quota=1, claimable=True, **common),
        corner_ticket=Perk.objects.create(key="dinner", kind="ticket", quota=1, claimable=True, name_zh="宴", name_en="Dinner",
                                          entitlement="tier:patron"),
    )  # fmt: skip


def _claims(perk: Perk, account: Any) -> bool:
    if not account.is_authenticated:
        return False
    try:
        return bool(perks.claim(perk=perk, account=account))
    except perks.NotYours:
        return False


def _says(where: Any, account: Any) -> bool:
    try:
        return account.is_authenticated and bool(say(account, where))
    except Refused:
        return False


def _reads_metered(h: Any, account: Any, client: Client) -> bool:
    if account.is_authenticated and pages.GATED not in client.get("/en/stories/metered/").content.decode():
        meter.spend(account=account, key=h.metered.subject_key)
    return pages.GATED in client.get("/en/stories/metered/").content.decode()


def _shows(path: str, words: str) -> Callable[[Any, Any, Client], bool]:
    return lambda h, account, client: words in client.get(path).content.decode()


def _opens(path: str) -> Callable[[Any, Any, Client], bool]:
    return lambda h, account, client: client.get(path).status_code == 200


OPEN: dict[str, Callable[[Any, Any, Client], bool]] = {
    "page": _shows("/en/stories/after-rain/", "A furtive axolotl"),
    "friends' block": _shows("/en/stories/after-rain/", FRIENDS),
    "file": lambda h, account, client: client.get(h.file.url).status_code == 200,
    "feed": _shows("/feeds/atom.xml", "axolotl"),
    "search": _shows("/en/search/?q=axolotl", "/stories/after-rain/"),
    "room, listening": lambda h, account, client: (
        "data-messages" in client.get(h.room.get_absolute_url()).content.decode()
    ),
    "room, speaking": lambda h, account, client: _says(h.room, account),
    "patrons' room": lambda h, account, client: (
        "data-messages" in client.get(h.corner.get_absolute_url()).content.decode()
    ),
    "early access": lambda h, account, client: perk_queries.has_perk(account, "early"),
    "perk asked for": lambda h, account, client: _claims(h.ticket, account),
    "patrons' perk": lambda h, account, client: _claims(h.corner_ticket, account),
    "circle of letters": lambda h, account, client: account.pk in set(crowd.at_tier("companion", clock.now())),
    "metered story": _reads_metered,
    "page of seats": _opens("/en/account/seats/"),
    "welcome page": _opens("/en/join/welcome/companion/"),
    "perks on the page": lambda h, account, client: 'class="perk"' in client.get("/en/account/perks/").content.decode(),
}


def test_every_door_is_in_the_table_and_every_row_is_whole() -> None:
    assert set(DOORS) == set(OPEN)
    assert {len(row.split()) for row in DOORS.values()} == {len(PEOPLE.split())}


@pytest.mark.parametrize("kind", PEOPLE.split())
def test_each_may_exactly_what_the_table_says(house: SimpleNamespace, kind: str) -> None:
    account, client = people(kind), Client()
    if account.is_authenticated:
        client.force_login(account)
    column = PEOPLE.split().index(kind)
    expected = {door: row.split()[column] == "x" for door, row in DOORS.items()}
    assert {door: bool(opens(house, account, client)) for door, opens in OPEN.items()} == expected


def test_a_downgrade_turns_the_story_back_into_its_preview_at_once(house: SimpleNamespace) -> None:
    account, client = people("companion"), Client()
    client.force_login(account)
    assert OPEN["page"](house, account, client) and OPEN["room, listening"](house, account, client)
    rights.grant(account=account, key="tier:friend", source=Source("plan", "1"), actor="billing")
    rights.revoke(account=account, source=Source("plan", "1"), actor="billing", key="tier:companion")
    assert not OPEN["page"](house, account, client) and not OPEN["room, listening"](house, account, client)
    assert OPEN["friends' block"](house, account, client)
    assert (
        "data-wall" in client.get("/en/stories/after-rain/").content.decode()
        or "wall" in client.get("/en/stories/after-rain/").content.decode()
    )


def test_tokens_of_nobody_open_nothing(house: SimpleNamespace) -> None:
    account, client = person(), Client()
    client.force_login(account)
    assert client.post(f"/en/account/seats/{uuid.uuid4()}/take/").status_code == 404
    assert client.get("/en/account/seats/accept/nothing/").status_code == 410
