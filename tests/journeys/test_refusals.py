"""Bad input from outside: each gets a clear answer, nothing is lost, nothing is charged, nothing leaks."""

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from urllib.parse import unquote, urlsplit

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus

from deploy.local.environment import ROOT
from tests.e2e.system import System
from tests.e2e.talker import Talker, room_number, socket_of
from tests.e2e.till import Till, pay
from tests.e2e.visitor import DECLINED, PASSWORD, Visitor

PATRONS = "groups/celadon-circle/patrons-corner/"
PARLOUR = "groups/celadon-circle/the-parlour/"


def test_a_webhook_with_a_wrong_signature_is_refused_and_leaves_no_trace(house: System) -> None:
    body = json.dumps({"id": "evt_forged", "object": "event", "type": "invoice.paid", "data": {"object": {}}})
    address = f"{house.url}/billing/webhook/"
    for signature in ("", "nonsense", f"t={int(time.time())},v1={'0' * 64}"):
        answer = requests.post(address, data=body, headers={"Stripe-Signature": signature}, timeout=20)
        assert answer.status_code == 400
        assert answer.json() == {"error": "signature"}


def test_a_checkout_left_open_leads_back_and_charges_nothing(visitor: Visitor) -> None:
    join = visitor.get(f"join/?next=/en/{PARLOUR}")
    checkout = visitor.sign_up(visitor.follow(join, 'a[href*="friend-month"]'))
    assert "/c/pay/" in checkout.url
    back = visitor.get(str(checkout.one("[data-back]")["href"]))
    assert urlsplit(back.url).path.startswith("/en/")
    assert not back.soup.select_one("[data-arrived]")
    seat = visitor.get("account/").one(".member")
    assert "Reader" in seat.text
    assert "/c/pay/" in visitor.follow(visitor.get("join/"), 'form[action*="companion-month"]').url


def test_a_member_who_joins_again_pays_nothing_and_is_told(house: System) -> None:
    member, till = Visitor(house).sign_in("member"), Till(house)
    subscriptions = till.count("subscription")
    join = member.get("join/")
    assert not join.soup.select('form[action*="companion-month"]')
    token = str(join.one("[name=csrfmiddlewaretoken]")["value"])
    page = member.post("billing/checkout/companion-month/", {"csrfmiddlewaretoken": token, "next": "/en/account/"})
    assert urlsplit(page.url).path == "/en/account/"
    assert "nothing was charged" in page.text
    assert till.count("subscription") == subscriptions


def test_a_declined_card_keeps_the_form_and_gives_no_seat(visitor: Visitor) -> None:
    checkout = visitor.sign_up(visitor.follow(visitor.get("join/"), 'a[href*="friend-month"]'))
    declined = pay(visitor, checkout, DECLINED)
    assert declined.one("[data-error]").text.strip()
    assert declined.one("[name=email]")["value"] == visitor.email
    assert "Reader" in visitor.get("account/").one(".member").text


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://localhost:1"])
def test_a_socket_from_a_foreign_page_is_refused(house: System, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, socket_of(Visitor(house).sign_in("member"), origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_guessed_room_is_not_there(house: System) -> None:
    friend = Visitor(house).sign_in("friend")
    inside = room_number(Visitor(house).sign_in("patron").get(PATRONS))
    assert friend.get("groups/celadon-circle/no-such-room/", status=404).one("main h1").text.strip()
    assert "data-messages" not in friend.get(PATRONS).source
    with Talker(friend) as talker:
        for room, answer in ((inside, "forbidden"), (999_999, "not_found")):  # that the first one exists is no secret
            told = talker.sit_down(room)
            assert told["t"] in ("unsub", "err"), told
            said = talker.say(room, "is anybody here?")
            assert (said["t"], said["code"]) == ("err", answer), said
        assert not [frame for frame in talker.frames if frame["t"] in ("evs", "live", "ev")]


def test_one_client_id_twice_is_one_message(house: System) -> None:
    friend = Visitor(house).sign_in("friend")
    page = friend.get(PARLOUR)
    room, cid, words = room_number(page), str(uuid.uuid4()), f"only once {uuid.uuid4().hex}"
    with Talker(friend) as talker:
        talker.sit_down(room)
        first, second = talker.say(room, words, cid), talker.say(room, words, cid)
    assert (first["mid"], first["seq"]) == (second["mid"], second["seq"])
    assert friend.get(PARLOUR).one("[data-messages]").text.count(words) == 1


def test_a_frame_of_a_megabyte_closes_its_own_socket_alone(house: System) -> None:
    friend, other = Visitor(house).sign_in("friend"), Visitor(house).sign_in("member")
    room = room_number(friend.get(PARLOUR))
    with Talker(friend) as loud, Talker(other) as calm:
        loud.sit_down(room)
        calm.sit_down(room)
        with pytest.raises(ConnectionClosed):
            loud.say(room, "x" * 1_100_000)
        assert calm.say(room, f"still here {uuid.uuid4().hex}")["t"] == "ok"


def test_a_foreign_way_back_is_not_followed(visitor: Visitor) -> None:
    join = visitor.get("join/?next=https://elsewhere.example/")
    onward = [link for link in join.links() if "/billing/" in link or "/signup/" in link]
    assert onward
    assert not [link for link in onward if "elsewhere.example" in unquote(link)]
    login = visitor.get("account/login/?next=https://elsewhere.example/")
    inside = visitor.submit(login, login="reader@example.com", password=PASSWORD)
    assert inside.url.startswith(visitor.system.url)


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_named_with_the_way_out(name: str, tmp_path: object) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        env = {**os.environ, name: str(listening.getsockname()[1]), "YAJI_VAR": str(tmp_path)}
        env.pop("STRIPE_SECRET_KEY", None)
        other = {"PORT": "SANDBOX_PORT", "SANDBOX_PORT": "PORT"}[name]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            env[other] = str(free.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "run", "demo"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert f"{name}=" in said and "taken" in said, said
    assert "Traceback" not in said
