"""Word on devices: called over a real line by a real push service of our own, which opens what it gets as a browser does."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client
from django.utils import timezone

from accounts import notices
from accounts.actions import erase_account
from accounts.models import Notice, User
from accounts.push import actions, keys, sending, wire
from accounts.push.models import Device, Push, PushRefusal, PushState
from accounts.push.sealing import seal
from accounts.queries import export
from community import actions as rooms
from community.models import Room
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.hung.web import Web, web

pytestmark = pytest.mark.django_db


class Browser:
    """A browser's side: its keys, its address, and what it was called with."""

    def __init__(self, origin: str) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"sixteen bytes ok"
        self.endpoint = f"{origin}/to/{uuid.uuid4().hex}"
        self.fields = {
            "endpoint": self.endpoint, "p256dh": keys.encode(keys.point(self.key.public_key())), "auth": keys.encode(self.auth),
        }  # fmt: skip

    def opened(self, body: bytes) -> dict[str, str]:
        """RFC 8291, from the receiving end."""
        salt, theirs, sealed = body[:16], body[21:86], body[86:]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        info = b"WebPush: info\0" + keys.point(self.key.public_key()) + theirs
        seed = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(seed)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(seed)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return dict(json.loads(plain[:-1]))


class Service(HTTPServer):
    """A push service: keeps what comes and answers as it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        self.answer, self.after = 201, ""
        super().__init__(("127.0.0.1", 0), Calls)
        self.origin = f"http://127.0.0.1:{self.server_port}"


class Calls(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answer)
        if self.server.after:
            self.send_header("Retry-After", self.server.after)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_PRIVATE_KEY = keys.make()
    with Service() as server, wire.allowing(server.origin):
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def device(account: User, service: Service) -> Browser:
    browser = Browser(service.origin)
    actions.subscribe(account=account, session_key="s", **browser.fields)
    return browser


def named(reader: User, words: str = "@Ning xyzzy", **fields: Any) -> tuple[Notice, Room]:
    """Somebody names the reader in a room; two minutes have gone by since."""
    where = room(**{"name_zh": "开窑夜", "name_en": "Kiln-Opening Night", **fields})
    rooms.take_seat(actor=reader, room=where)
    say(person("Tom"), where, words)
    Notice.objects.filter(account=reader).update(letter_at=timezone.now())
    return Notice.objects.get(account=reader), where


def test_the_standards_own_example_is_sealed_as_it_says() -> None:
    own = ec.derive_private_key(
        int.from_bytes(keys.decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    sealed = seal(
        b"When I grow up, I want to be a watermelon",
        p256dh=keys.decode("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        auth=keys.decode("BTBZMqHH6r4Tts7J_aSIgg"), own=own, salt=keys.decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert keys.encode(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf"
        "1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_mention_reaches_the_device_two_minutes_later_with_the_rooms_name_and_no_word_of_it(service: Service) -> None:
    ning = person("Ning", language="en")
    browser = device(ning, service)
    where = room(name_en="Kiln-Opening Night", name_zh="开窑夜")
    rooms.take_seat(actor=ning, room=where)
    say(person("Tom Secret"), where, "@Ning xyzzy")
    notices.write_waiting()
    assert sending.send_due() == 0 and not service.calls, "not before its time"
    Notice.objects.filter(account=ning).update(letter_at=timezone.now())
    notices.write_waiting()
    assert sending.send_due() == 1 and sending.send_due() == 0
    ((path, headers, body),) = service.calls
    told = browser.opened(body)
    assert (
        told["body"] == "Something new in Kiln-Opening Night"
        and told["url"] == f"/en/groups/{where.group.slug}/{where.slug}/"
    )
    assert "xyzzy" not in str(told) and "Tom" not in str(told)
    assert (headers["TTL"], headers["Content-Encoding"]) == ("43200", "aes128gcm") and len(headers["Topic"]) <= 32
    assert browser.endpoint.endswith(path)
    assert signed_for(headers["Authorization"]) == service.origin


def signed_for(header: str) -> str:
    """For which service the header is good; its signature is proved by the key that it names."""
    parts = dict(part.strip().split("=", 1) for part in header.removeprefix("vapid ").split(","))
    head, claims, signature = parts["t"].split(".")
    raw = keys.decode(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys.decode(parts["k"]))
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    said = json.loads(keys.decode(claims))
    assert 0 < said["exp"] - timezone.now().timestamp() < 86_400 and said["sub"].startswith(("mailto:", "http"))
    return str(said["aud"])


def test_one_topic_for_one_room_and_another_for_the_next(service: Service) -> None:
    ning = person("Ning")
    device(ning, service)
    notice, where = named(ning)
    say(person("Ines"), where, "@Ning again")
    other, _ = named_elsewhere(ning)
    topics = {sending.topic(n) for n in Notice.objects.filter(subject_key=notice.subject_key)}
    assert len(topics) == 1 and sending.topic(other) not in topics
    assert sending.topic(notice) != sending.topic(
        Notice(account=person(), kind=notice.kind, subject_key=notice.subject_key)
    )


def named_elsewhere(reader: User) -> tuple[Notice, Room]:
    where = room()
    rooms.take_seat(actor=reader, room=where)
    say(person(), where, "@Ning elsewhere")
    return Notice.objects.get(account=reader, subject_key=where.subject), where


@pytest.mark.parametrize("what", ["read", "looked", "gone", "refused", "shut", "blocked"])
def test_whoever_has_seen_it_or_may_not_any_more_is_not_called(service: Service, what: str) -> None:
    ning = person("Ning")
    device(ning, service)
    notice, where = named(ning)
    notices.write_waiting()
    assert Push.objects.count() == 1
    message = where.messages.get()
    if what == "read":
        Notice.objects.update(read_at=timezone.now())
    elif what == "looked":
        rooms.mark_read(actor=ning, room_id=where.pk, no=1)
    elif what == "gone":
        rooms.delete_message(actor=message.sender, message_id=message.pk)
    elif what == "refused":
        PushRefusal.objects.create(account=ning, kind=notice.kind)
    elif what == "blocked":
        rooms.block(actor=ning, account=message.sender, on=True)
    else:
        Room.objects.filter(pk=where.pk).update(read_key="rooms:patron")
    assert sending.send_due() == 0 and not service.calls
    assert Push.objects.get().state == PushState.NEEDLESS


def test_the_name_of_a_room_that_is_hidden_by_now_is_not_told(service: Service) -> None:
    notice, where = named(person("Ning", language="en"))
    assert "Kiln" in sending.words(notice).decode()
    Room.objects.filter(pk=where.pk).update(read_key="rooms:patron", listed=False)
    assert "Kiln" not in sending.words(notice).decode()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_forgotten_us_is_forgotten(service: Service, status: int) -> None:
    ning = person("Ning")
    device(ning, service)
    named(ning)
    notices.write_waiting()
    service.answer = status
    assert sending.send_due() == 0 and not Device.objects.exists() and not Push.objects.exists()


@pytest.mark.parametrize(("status", "after", "least"), [(429, "600", 590), (503, "", 50), (500, "", 50)])
def test_a_service_that_is_busy_is_asked_again_later_and_not_for_ever(
    service: Service, status: int, after: str, least: int
) -> None:
    ning = person("Ning")
    device(ning, service)
    named(ning)
    notices.write_waiting()
    service.answer, service.after = status, after
    sending.send_due()
    row = Push.objects.get()
    assert row.state == PushState.WAITING and row.due_at > timezone.now() + timedelta(seconds=least)
    assert sending.send_due() == 0 and len(service.calls) == 1
    for _ in range(9):
        Push.objects.filter(state=PushState.WAITING).update(due_at=timezone.now())
        sending.send_due()
    assert Push.objects.get().state == PushState.FAILED and len(service.calls) == sending.ATTEMPTS


def test_each_device_is_called_once_for_each_notice_and_a_refused_letter_does_not_keep_the_device_quiet(
    service: Service,
) -> None:
    ning = person("Ning")
    first, second = device(ning, service), device(ning, service)
    notice, _ = named(ning)
    from accounts import refusing

    refusing.refuse(account=ning, kind=notice.kind)
    notices.write_waiting()
    actions.queue(notice)
    assert sending.send_due() == 2
    assert {path for path, *_ in service.calls} == {b.endpoint.removeprefix(service.origin) for b in (first, second)}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/a", "https://127.0.0.1/a", "https://localhost/a", "https://[::1]/a", "https://push.example.com:8443/a",
        "https://me:you@push.example.com/a", "https://2130706433/a", "https://10.0.0.1./a", "ftp://push.example.com/", "https://", "", "x",
        "https://push.example.com/\r\nX: y", "https://push.example.com/" + "a" * 1000,
    ],
)  # fmt: skip
def test_an_address_that_is_none_of_a_push_service_is_not_taken(endpoint: str) -> None:
    client = Client()
    client.force_login(person())
    good = Browser("https://push.example.com").fields
    assert client.post("/en/account/devices/on/", {**good, "endpoint": endpoint}).status_code == 400
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "100.64.0.1", "0.0.0.0",
        "64:ff9b::7f00:1", "168.63.129.16",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_the_house_is_not_called(monkeypatch: Any, address: str) -> None:
    found = [(0, 0, 0, "", ("203.0.114.9", 443)), (0, 0, 0, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(wire.Refused):
        wire.post("https://push.example.com/a", b"", {})


@pytest.fixture
def there() -> Iterator[Web]:
    with web() as server, wire.allowing(f"http://127.0.0.1:{server.port}"):
        yield server


@pytest.mark.parametrize("path", ["/slow-head", "/continues"])
def test_a_service_that_sends_a_letter_at_a_time_is_left_when_the_time_is_over(there: Web, path: str) -> None:
    """Its first line says that all is well; a head that was cut off is not believed."""
    began = time.monotonic()
    with pytest.raises(wire.NoAnswer):
        wire.post(there.url(path, "127.0.0.1"), b"x", {}, seconds=1.5)
    assert time.monotonic() - began < 4 and there.asked


def test_a_name_server_that_does_not_answer_is_left_too(monkeypatch: Any) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(3) or [])
    began = time.monotonic()
    with pytest.raises(wire.NoAnswer):
        wire.post("https://push.example.com/a", b"", {}, seconds=0.3)
    assert time.monotonic() - began < 2


def test_a_call_without_an_answer_is_due_again_later(service: Service, there: Web, monkeypatch: Any) -> None:
    ning = person("Ning")
    device(ning, service)
    Device.objects.update(endpoint=there.url("/slow-head", "127.0.0.1"))
    named(ning)
    notices.write_waiting()
    monkeypatch.setattr(wire.post, "__defaults__", (0.5,))
    assert sending.send_due() == 0
    row = Push.objects.get()
    assert (row.state, row.attempts) == (PushState.WAITING, 1) and row.due_at > timezone.now() + timedelta(seconds=50)


def test_without_the_seam_the_tests_own_service_is_refused(service: Service) -> None:
    browser = Browser("http://127.0.0.1:1")
    with pytest.raises(actions.BadDevice):
        actions.subscribe(account=person(), session_key="s", **browser.fields)


def test_signing_out_takes_the_browsers_subscription_along_and_no_other(service: Service) -> None:
    ning = person("Ning")
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(ning)
        assert client.post("/en/account/devices/on/", Browser(service.origin).fields).json() == {"on": True}
    assert Device.objects.count() == 2
    here.post("/en/account/logout/")
    assert [d.session_key for d in Device.objects.all()] == [there.session.session_key]


def test_a_browser_that_changes_hands_tells_the_new_ones_only(service: Service) -> None:
    ann, ben = person(), person()
    browser = device(ann, service)
    actions.subscribe(account=ben, session_key="t", **browser.fields)
    assert Device.objects.get().account == ben


def test_the_page_lists_devices_and_kinds_and_removes(service: Service) -> None:
    ning, other = person("Ning"), person()
    device(ning, service)
    device(other, service)
    client = Client()
    client.force_login(ning)
    page = client.get("/en/account/devices/").content.decode()
    assert keys.public() in page and page.count('name="device"') == 1 and "Somebody names me in a room" in page
    theirs = Device.objects.get(account=other)
    client.post("/en/account/devices/remove/", {"device": theirs.pk})
    assert Device.objects.filter(pk=theirs.pk).exists()
    client.post("/en/account/devices/remove/", {"device": Device.objects.get(account=ning).pk})
    assert not Device.objects.filter(account=ning).exists()
    client.post("/en/account/devices/kinds/", {"wanted": ["accounts.new_device"]})
    assert "community.mention" in actions.refused_of(ning) and "accounts.new_device" not in actions.refused_of(ning)
    assert (
        client.get("/en/account/devices/on/").status_code == 405
        and Client().post("/en/account/devices/on/").status_code == 302
    )


def test_the_script_stands_at_the_root_and_may_answer_for_all(client: Client) -> None:
    answer = client.get("/push-worker.js")
    assert answer.status_code == 200 and answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"].startswith("text/javascript") and b"showNotification" in answer.content


def test_one_takes_ones_devices_along_and_they_go_with_the_account(service: Service) -> None:
    ning = person("Ning")
    browser = device(ning, service)
    assert browser.endpoint in str(export(ning))
    erase_account(account=ning)
    assert not Device.objects.exists()


def test_without_a_key_nothing_is_offered_and_nothing_is_lost(settings: Any, tmp_path: Any) -> None:
    settings.PUSH_PRIVATE_KEY, settings.VAR = "", tmp_path
    assert keys.public() == "" and sending.send_due() == 0
    assert keys.keep() and not keys.keep() and len(keys.public()) == 87
    assert (tmp_path / "push-key").stat().st_mode & 0o777 == 0o600
