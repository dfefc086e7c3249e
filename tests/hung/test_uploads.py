"""Files: brought first, bound to a message."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from community.actions import send
from community.actions.send import Held
from community.chat.data import snapshot
from community.chat.protocol import Code
from community.enums import Reason, SanctionKind, WatchAct
from community.flood import keep_calm
from community.hung import actions
from community.hung.models import Upload
from community.models import Case, HeldMessage, Message, Room, RoomEvent, Sanction, WatchedWord
from community.moderation import holding, sanctions
from community.refusals import Refused
from ground import clock
from tests.factories import accounts
from tests.factories.community import moderator, room, say
from tests.hung import samples
from tests.hung.acts import brought, held, post, sent

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


# --- bringing ---------------------------------------------------------------------------------------------------------


def test_a_picture_is_brought_by_http_and_the_answer_says_how_large_its_place_is(
    ning: User, client_of: Browser
) -> None:
    where = room()
    answer = post(client_of(ning), where, samples.photograph(), "IMG_1.HEIC", alt=" The  kiln ")
    assert answer.status_code == 201
    data = answer.json()
    assert (data["name"], data["kind"], data["width"], data["height"], data["thumb"]) == (
        "IMG_1.jpg",
        "picture",
        60,
        80,
        "",
    )
    upload = Upload.objects.get(pk=data["id"])
    assert upload.alt == "The kiln" and "hint" not in data
    with upload.file.open() as kept:
        assert b"Secret" not in kept.read()
    assert "hint" in post(client_of(ning), where, samples.photograph()).json()


def test_a_form_from_elsewhere_brings_nothing(ning: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ning)
    assert post(client, room(), samples.photograph()).status_code == 403
    assert not Upload.objects.exists()


def test_strangers_listeners_and_those_who_know_of_no_room_bring_nothing(ning: User, client_of: Browser) -> None:
    where = room(read_key="")
    assert post(Client(), where, samples.photograph()).status_code == 401
    assert post(client_of(ning), room(write_key="stories:all"), samples.photograph()).status_code == 403
    assert post(client_of(ning), room(read_key="stories:all", listed=False), samples.photograph()).status_code == 404
    assert post(client_of(ning), room(read_key="stories:all"), samples.photograph()).status_code == 404
    assert not Upload.objects.exists()


@pytest.mark.parametrize(("data", "status", "code"), [
    (b"MZ\x90\0\0", 422, "kind"), (samples.bomb(), 422, "too_large"), (b"\xff\xd8\xff\xe0", 422, "broken"), (b"%PDF-" + b"x" * (10 * 1024 * 1024), 413, "too_large"), (b"", 422, "empty"),
])  # fmt: skip
def test_a_refusal_says_why(ning: User, client_of: Browser, data: bytes, status: int, code: str) -> None:
    answer = post(client_of(ning), room(), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"]
    assert not Upload.objects.exists()


def test_a_day_has_its_measure_and_what_was_taken_away_again_counts(
    ning: User, client_of: Browser, settings: Any
) -> None:
    settings.FILES_A_DAY = 2
    where, client = room(), client_of(ning)
    assert post(client, where, samples.TEXT, "a.txt").status_code == 201
    actions.discard(Upload.objects.all())
    assert post(client, where, samples.TEXT, "b.txt").status_code == 201
    answer = post(client, where, samples.TEXT, "c.txt")
    assert (answer.status_code, answer.json()["code"]) == (429, "quota")
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    settings.FILES_A_DAY, settings.FILE_MEGABYTES_A_DAY = 60, 0
    assert post(client, where, samples.TEXT, "d.txt").json()["code"] == "quota"


def test_many_at_once_are_held_up(ning: User, client_of: Browser) -> None:
    where, client = room(), client_of(ning)
    assert post(client, where, samples.TEXT, "a.txt").status_code == 201
    with pytest.raises(Refused):
        for _ in range(50):
            keep_calm(ning)
    answer = post(client, where, samples.TEXT, "a.txt")
    assert answer.status_code == 429 and answer["Retry-After"] and Upload.objects.count() == 1


# --- sending ----------------------------------------------------------------------------------------------------------


def test_files_hang_on_the_message_in_the_order_in_which_they_were_chosen_and_everybody_gets_the_same(
    ning: User,
) -> None:
    where = room()
    first, second = brought(ning, where, alt="Kiln"), brought(ning, where, samples.PDF, "a.pdf")
    message = sent(ning, where, second, first, body="")
    parts = RoomEvent.objects.get(room=where, kind="msg").payload["parts"]
    assert [p["id"] for p in parts] == [second.pk, first.pk]
    assert parts == message.parts == snapshot(where.pk)["messages"][message.pk]["parts"]
    assert (parts[1]["alt"], parts[1]["tw"], parts[1]["th"], parts[1]["thumb"]) == ("Kiln", 60, 80, "")
    assert parts[0]["type"] == "pdf"


def test_only_ones_own_unsent_files_of_this_room_can_be_sent_and_six_of_them(ning: User, friend: User) -> None:
    where = room()
    theirs, elsewhere, twice = brought(friend, where), brought(ning, room()), brought(ning, where)
    sent(ning, where, twice)
    for upload in (theirs, elsewhere, twice):
        with pytest.raises(Refused) as refused:
            sent(ning, where, upload)
        assert refused.value.code is Code.NOT_FOUND
    seven = [brought(ning, where, samples.TEXT, "a.txt") for _ in range(7)]
    with pytest.raises(Refused):
        sent(ning, where, *seven)
    assert Message.objects.count() == 1


def test_one_cid_binds_once_and_the_second_sending_is_the_first_one(ning: User) -> None:
    where, cid = room(), uuid.uuid4()
    upload = brought(ning, where)
    first, second = (say(ning, where, "Look.", cid=cid, att=[upload.pk]) for _ in range(2))
    assert second.dup and first.message.pk == second.message.pk


def test_without_scripts_the_form_carries_the_file_and_its_words(ning: User, client_of: Browser) -> None:
    where, client = room(), client_of(ning)
    file = SimpleUploadedFile("kiln.png", samples.picture("PNG"))
    data = {"body": "", "cid": str(uuid.uuid4()), "reply": "", "file": file, "alt": "A kiln"}
    answer = client.post(where.get_absolute_url(), data, follow=True)
    assert answer.status_code == 200
    message = Message.objects.get(room=where)
    assert message.parts[0]["name"] == "kiln.webp"
    html = answer.content.decode()
    assert 'aria-label="A kiln"' in html and message.parts[0]["path"] in html
    bad = {"body": "Words.", "cid": str(uuid.uuid4()), "file": SimpleUploadedFile("a.exe", b"MZ\0")}
    answer = client.post(where.get_absolute_url(), bad)
    assert answer.status_code == 400 and "something else" in answer.content.decode()
    assert "Words." in answer.content.decode() and Message.objects.count() == 1


def test_a_picture_without_words_is_said_to_be_from_its_author(ning: User, client_of: Browser) -> None:
    where = room()
    sent(ning, where, brought(ning, where))
    html = client_of(ning).get(where.get_absolute_url()).content.decode()
    assert 'aria-label="Picture from Lin Ning"' in html


def test_words_for_a_picture_can_be_given_while_writing_and_after_sending_by_its_owner_alone(ning: User, friend: User, client_of: Browser) -> None:  # fmt: skip
    where = room()
    upload = brought(ning, where)
    address = f"{where.get_absolute_url()}files/{upload.key}/alt"
    assert client_of(friend).post(address, {"alt": "No"}).status_code == 404
    assert client_of(ning).post(address, {"alt": "The <kiln> & rain"}).status_code == 200
    message = sent(ning, where, upload)
    assert message.parts[0]["alt"] == "The <kiln> & rain"
    html = client_of(friend).get(where.get_absolute_url()).content.decode()
    assert 'aria-label="The &lt;kiln&gt; &amp; rain"' in html
    assert client_of(friend).post(address, {"alt": "No"}).status_code == 404
    client_of(ning).post(address, {"alt": "After rain"})
    event = RoomEvent.objects.get(room=where, kind="part")
    assert event.payload["parts"][0]["alt"] == "After rain"


def silence(account: User, where: Room) -> None:
    host = moderator(where, accounts.person("Host"))
    sanctions.impose(actor=host, account=account, kind=SanctionKind.SILENCE, reason=Reason.UNKIND, room=where,
                     ends_at=clock.now() + timedelta(days=1))  # fmt: skip


def test_words_of_a_picture_that_was_sent_are_speaking(ning: User, client_of: Browser) -> None:
    where = room()
    upload, waits = brought(ning, where, alt="Kiln"), brought(ning, where, alt="Rain")
    message = sent(ning, where, upload)
    address = f"{where.get_absolute_url()}files/{upload.key}/alt"
    WatchedWord.objects.create(pattern="casino", act=WatchAct.HOLD)
    answer = client_of(ning).post(address, {"alt": "Casino"})
    assert answer.json()["code"] == "words"
    held(ning, where, waits)
    answer = client_of(ning).post(f"{where.get_absolute_url()}files/{waits.key}/alt", {"alt": "Other"})
    assert answer.status_code == 403, "a moderator looks at it as it is"
    silence(ning, where)
    answer = client_of(ning).post(address, {"alt": "I speak all the same"})
    assert (answer.status_code, answer.json()["code"]) == (403, "barred")
    message.refresh_from_db()
    assert message.parts[0]["alt"] == Upload.objects.get(pk=upload.pk).alt == "Kiln"
    assert Upload.objects.get(pk=waits.pk).alt == "Rain" and not RoomEvent.objects.filter(kind="part").exists()


def test_flagged_words_of_a_picture_that_was_sent_stand_in_the_queue(ning: User, client_of: Browser) -> None:
    where = room()
    upload = brought(ning, where)
    message = sent(ning, where, upload)
    WatchedWord.objects.create(pattern="casino", act=WatchAct.FLAG)
    client_of(ning).post(f"{where.get_absolute_url()}files/{upload.key}/alt", {"alt": "Casino"})
    assert Case.objects.get().target_key == message.subject


@pytest.mark.parametrize("where_it_stands", [{"alt": "My c a s i n o"}, {"name": "Casino.jpg"}])
def test_watched_words_on_a_file_are_found(ning: User, where_it_stands: Any) -> None:
    where = room()
    word = WatchedWord.objects.create(pattern="casino", act=WatchAct.BLOCK)
    with pytest.raises(Refused) as refused:
        sent(ning, where, brought(ning, where, **where_it_stands))
    assert refused.value.code is Code.WORDS
    word.act = WatchAct.FLAG
    word.save()
    message = sent(ning, where, brought(ning, where, **where_it_stands), body="")
    assert Case.objects.get().target_key == message.subject
    word.act = WatchAct.HOLD
    word.save()
    answer: Any = say(ning, where, "", att=[brought(ning, where, **where_it_stands).pk])
    assert isinstance(answer, Held)
    holding.refuse(actor=moderator(where, accounts.person()), held_id=HeldMessage.objects.get().pk, reason=Reason.SPAM)
    stated = Sanction.objects.get().words
    assert next(iter(where_it_stands.values())) in stated, "the statement of reasons says what it is about"


def test_what_waits_with_one_message_is_not_sent_with_another(ning: User) -> None:
    where, cid = room(), uuid.uuid4()
    upload = brought(ning, where)
    WatchedWord.objects.create(pattern="casino", act=WatchAct.HOLD)
    assert isinstance(say(ning, where, "casino", cid=cid, att=[upload.pk]), Held)
    with pytest.raises(Refused) as refused:
        sent(ning, where, upload)
    assert refused.value.code is Code.NOT_FOUND
    assert isinstance(say(ning, where, "casino", cid=cid, att=[upload.pk]), Held), "the same one is held as it was"
    holding.approve(actor=moderator(where, accounts.person()), held_id=HeldMessage.objects.get().pk)
    assert Message.objects.get().parts[0]["id"] == upload.pk


def test_what_is_left_of_a_held_message_is_said_and_one_without_anything_left_is_closed(ning: User) -> None:
    where = room()
    first, second, host = brought(ning, where), brought(ning, where), moderator(where, accounts.person())
    row = held(ning, where, first, second)
    actions.discard(Upload.objects.filter(pk=first.pk))
    holding.approve(actor=host, held_id=row.pk)
    assert [p["id"] for p in Message.objects.get().parts] == [second.pk]
    empty = holding.approve(actor=host, held_id=held(ning, where, first, body="").pk)
    assert holding.lapsed(empty) and Message.objects.count() == 1 and not Sanction.objects.exists()


@pytest.mark.parametrize("word", ["glaze", "look"])
def test_the_same_message_sent_again_while_the_first_is_written_is_the_first_one(ning: User, monkeypatch: pytest.MonkeyPatch, word: str) -> None:  # fmt: skip
    where, cid = room(), uuid.uuid4()
    upload = brought(ning, where)
    WatchedWord.objects.create(pattern=word, act=WatchAct.HOLD)
    known, asked = send._already, []

    def late(*of: Any) -> Any:
        """The second one asked before the first was there."""
        asked.append(of)
        if len(asked) > 1:
            return known(*of)
        say(ning, where, "Look.", cid=cid, att=[upload.pk])
        return None

    monkeypatch.setattr(send, "_already", late)
    again: Any = say(ning, where, "Look.", cid=cid, att=[upload.pk])
    assert isinstance(again, Held) if word == "look" else again.dup
    assert Message.objects.count() + HeldMessage.objects.count() == 1
