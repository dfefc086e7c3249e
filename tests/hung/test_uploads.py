"""Files: brought first, bound to a message, seen by whoever reads it now, gone with it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from community import actions as talk
from community.actions import send
from community.actions.changes import bury as erase_message
from community.actions.send import Held
from community.chat.data import snapshot
from community.chat.protocol import Code
from community.enums import AppealState, Gone, HeldState, Reason, SanctionKind, WatchAct
from community.flood import keep_calm
from community.hung import actions, personal
from community.hung.models import Upload
from community.models import Case, HeldMessage, Message, Room, RoomEvent, Sanction, WatchedWord
from community.moderation import actions as moderation
from community.moderation import appeals, holding, sanctions
from community.refusals import Refused
from ground import clock
from ground.registry import erasure_steps, export_sections
from tests.factories import accounts
from tests.factories.community import moderator, room, say
from tests.hung import samples

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def brought(actor: User, where: Room, data: bytes | None = None, name: str = "kiln.jpg", alt: str = "") -> Upload:
    return actions.take_in(actor=actor, room=where, name=name, data=data or samples.photograph(), alt=alt)


def sent(actor: User, where: Room, *uploads: Upload, body: str = "Look.") -> Message:
    return say(actor, where, body, att=[u.pk for u in uploads]).message


def post(client: Client, where: Room, data: bytes, name: str = "kiln.jpg", **more: Any) -> Any:
    return client.post(f"{where.get_absolute_url()}files", {"file": SimpleUploadedFile(name, data), **more})


def held(actor: User, where: Room, *uploads: Upload, **more: Any) -> HeldMessage:
    kept = {"room": where, "sender": actor, "client_id": uuid.uuid4(), "body": "x", "word": "x", "at": timezone.now()}
    return HeldMessage.objects.create(**{**kept, "att": [u.pk for u in uploads], **more})


def url(upload: Upload, small: bool = False) -> str:
    assert upload.room is not None
    return upload.room.get_absolute_url() + (upload.thumb_path if small else upload.path)


def stored(upload: Upload) -> list[bool]:
    return [field.storage.exists(field.name) for field in (upload.file, upload.thumb) if field]


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


# --- small pictures ---------------------------------------------------------------------------------------------------


def test_the_small_picture_is_made_later_and_the_room_is_told(ning: User, client_of: Browser) -> None:
    where = room()
    upload = brought(ning, where, samples.picture(size=(2000, 1500)))
    message = sent(ning, where, upload)
    assert client_of(ning).get(f"{where.get_absolute_url()}files/{upload.key}/small/picture.webp").status_code == 404
    assert actions.thumbs_due() == 1
    event = RoomEvent.objects.get(room=where, kind="part")
    upload.refresh_from_db()
    assert event.payload == {"mid": message.pk, "parts": [upload.part()]}
    answer = client_of(ning).get(url(upload, small=True))
    assert answer["Content-Type"] == "image/webp" and len(b"".join(answer.streaming_content)) < 20_000
    assert actions.thumbs_due() == 0
    assert event.payload["parts"][0]["tw"] == 480


def test_made_before_sending_it_is_there_from_the_first_moment(ning: User) -> None:
    where = room()
    upload = brought(ning, where)
    actions.thumbs_due()
    assert sent(ning, where, upload).parts[0]["thumb"]
    assert not RoomEvent.objects.filter(kind="part").exists()


def test_a_picture_that_cannot_be_read_any_more_is_tried_again_and_then_left(ning: User) -> None:
    upload = brought(ning, room())
    upload.file.storage.delete(upload.file.name)
    for _ in range(actions.TRIES):
        assert actions.thumbs_due() == 0
        Upload.objects.exclude(thumb_due_at=None).update(thumb_due_at=timezone.now())
    assert Upload.objects.get().thumb_due_at is None


# --- seeing -----------------------------------------------------------------------------------------------------------


def test_a_file_is_handed_out_for_one_reader_and_never_run(ning: User, friend: User, client_of: Browser) -> None:
    where = room()
    picture, page = brought(ning, where), brought(ning, where, b"<html><script>alert(1)</script>", "page.html")
    sent(ning, where, picture, page)
    answer = client_of(friend).get(url(picture))
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-cache" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Content-Disposition"] == 'inline; filename="kiln.jpg"'
    again = client_of(friend).get(url(picture), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    answer = client_of(friend).get(url(page))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html.txt"'


def test_before_it_is_sent_only_its_owner_sees_it(ning: User, friend: User, client_of: Browser) -> None:
    upload = brought(ning, room())
    assert client_of(ning).get(url(upload)).status_code == 200
    assert client_of(friend).get(url(upload)).status_code == 404


def test_whoever_may_not_read_the_room_now_gets_nothing(ning: User, friend: User, client_of: Browser) -> None:
    where = room()
    upload = brought(ning, where)
    sent(ning, where, upload)
    address = url(upload)
    assert Client().get(address).status_code == 404
    Room.objects.filter(pk=where.pk).update(read_key="stories:all")
    assert client_of(friend).get(address).status_code == 404
    other = room()
    assert client_of(friend).get(address.replace(where.slug, other.slug).replace(where.group.slug, other.group.slug)).status_code == 404  # fmt: skip


@pytest.mark.parametrize("name", ["other.jpg", "..%2f..%2fetc%2fpasswd", "small"])
def test_another_name_is_no_address(ning: User, client_of: Browser, name: str) -> None:
    upload = brought(ning, room())
    assert client_of(ning).get(url(upload).replace(upload.name, name)).status_code == 404


def test_moderators_see_what_they_decide_about(ning: User, friend: User, client_of: Browser) -> None:
    where = room()
    mod = client_of(moderator(where, accounts.person("Host")))
    uploads = [brought(ning, where, alt="A kiln"), brought(ning, where, samples.PDF, "glazes.pdf")]
    alone, at = brought(ning, where), f"/en/groups/{where.group.slug}/care/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            mod.get(at)
        return len(asked)

    row = held(ning, where, *uploads, body="")
    mod.get(at)
    one = cost()
    for _ in range(5):
        held(ning, where, brought(ning, where, samples.TEXT, "a.txt"))
    assert cost() <= one, "whatever waits"
    page = mod.get(at).content.decode()
    assert all(upload.path in page for upload in uploads) and "A kiln" in page and alone.path not in page
    assert [mod.get(url(upload)).status_code for upload in (*uploads, alone)] == [200, 200, 404]
    assert client_of(friend).get(url(uploads[0])).status_code == 404
    elsewhere = client_of(moderator(room(), accounts.person()))
    assert elsewhere.get(url(uploads[0])).status_code == 404
    HeldMessage.objects.filter(pk=row.pk).update(state=HeldState.REFUSED)
    assert mod.get(url(uploads[0])).status_code == 404


# --- going ------------------------------------------------------------------------------------------------------------


def test_with_a_message_that_is_taken_back_its_files_go(ning: User, client_of: Browser, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    where = room()
    upload = brought(ning, where)
    actions.thumbs_due()
    message = sent(ning, where, upload)
    upload.refresh_from_db()
    assert stored(upload) == [True, True]
    address = url(upload)
    with django_capture_on_commit_callbacks(execute=True):
        talk.delete_message(actor=ning, message_id=message.pk)
    assert stored(upload) == [False, False]
    assert client_of(ning).get(address).status_code == 404
    assert not RoomEvent.objects.filter(room=where, payload__icontains=str(upload.key)).exists()
    assert snapshot(where.pk)["messages"][message.pk]["parts"] == []


def test_of_a_hidden_message_moderators_alone_see_the_files_until_it_stands_again(ning: User, friend: User, client_of: Browser, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    where = room()
    upload, host = brought(ning, where), moderator(where, accounts.person("Host"))
    message = sent(ning, where, upload)
    moderation.hide_message(actor=host, message_id=message.pk, reason=Reason.SPAM, note="")
    for account, status in ((friend, 404), (ning, 404), (host, 200)):
        assert client_of(account).get(url(upload)).status_code == status
    assert actions.thumbs_due() == 1
    assert not RoomEvent.objects.filter(room=where, kind="part").exists(), "a hidden message changes unseen"
    with django_capture_on_commit_callbacks(execute=True):
        sanctions.lift(actor=host, sanction_id=Sanction.objects.get().pk)
    message.refresh_from_db()
    assert message.hidden_at is None
    assert message.parts[0]["thumb"], "what was made meanwhile is shown"
    assert client_of(friend).get(url(upload)).status_code == 200


def test_what_was_never_sent_is_taken_away_after_a_day(ning: User, django_capture_on_commit_callbacks: Any) -> None:
    where = room()
    old, new, kept = brought(ning, where), brought(ning, where), brought(ning, where)
    sent(ning, where, kept)
    Upload.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep() == 1
    assert (stored(old), stored(new), stored(kept)) == ([False], [True], [True])


def test_files_of_erased_messages_go_and_so_do_rows_that_no_day_counts(ning: User, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    where = room()
    upload = brought(ning, where)
    message = sent(ning, where, upload)
    Message.objects.filter(pk=message.pk).delete()  # as retention does
    with django_capture_on_commit_callbacks(execute=True):
        actions.sweep()
    assert stored(upload) == [False]
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2), gone_at=timezone.now() - timedelta(hours=1))
    actions.sweep()
    assert not Upload.objects.exists()


def test_a_message_that_waits_for_a_moderator_keeps_its_files(ning: User) -> None:
    where = room()
    upload = brought(ning, where)
    HeldMessage.objects.create(room=where, sender=ning, client_id=uuid.uuid4(), body="x", word="x", att=[upload.pk], at=timezone.now())  # fmt: skip
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert actions.sweep() == 0


def test_files_of_a_refused_message_stay_while_an_objection_can_let_it_out(ning: User) -> None:
    where = room()
    upload, host, other = brought(ning, where), *(moderator(where, accounts.person()) for _ in range(2))
    row = held(ning, where, upload)
    holding.refuse(actor=host, held_id=row.pk, reason=Reason.SPAM)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=8))
    stated = Sanction.objects.get()
    assert actions.sweep() == 0
    objection = appeals.appeal(actor=ning, sanction=stated, text="It is a kiln.")
    Sanction.objects.update(begins_at=clock.now() - timedelta(days=21))
    assert actions.sweep() == 0, "the objection is not decided"
    appeals.decide(actor=other, appeal_id=objection.pk, state=AppealState.OVERTURNED, answer="It is.")
    assert Message.objects.get().parts[0]["id"] == upload.pk


def test_after_that_time_they_go_and_the_decision_can_still_be_taken_back(ning: User) -> None:
    where = room()
    upload, host = brought(ning, where), moderator(where, accounts.person())
    row = held(ning, where, upload)
    holding.refuse(actor=host, held_id=row.pk, reason=Reason.SPAM)
    Upload.objects.update(created_at=timezone.now() - timedelta(days=22))
    Sanction.objects.update(begins_at=clock.now() - timedelta(days=21))
    assert actions.sweep() == 1
    sanctions.lift(actor=host, sanction_id=Sanction.objects.get().pk)
    assert (Message.objects.get().body, Message.objects.get().parts) == ("x", [])


def test_a_person_takes_a_list_along_and_leaves_no_file(ning: User, django_capture_on_commit_callbacks: Any) -> None:
    where = room()
    upload, unsent = brought(ning, where, alt="Kiln"), brought(ning, where, samples.TEXT, "notes.txt")
    message = sent(ning, where, upload)
    section = export_sections.get("room_files")
    assert section is not None and section.models == personal.MODELS
    assert [(row["name"], row["alt"]) for row in section.collect(ning)] == [("kiln.jpg", "Kiln"), ("notes.txt", "")]
    with django_capture_on_commit_callbacks(execute=True):
        erase_message(message=message, actor=None, why=Gone.LEFT)
        step = erasure_steps.get("room_files")
        assert step is not None
        step.erase(ning)
    assert stored(upload) == stored(unsent) == [False]
    assert not Upload.objects.filter(owner=ning).exists()
    assert not Upload.objects.exclude(name="").exists()


def test_a_picture_without_a_word_is_named_where_one_line_alone_is_shown(ning: User, friend: User) -> None:
    from community import queries
    from community.registrations import _reported_message

    where = room()
    message = sent(ning, where, brought(ning, where, alt="Kiln"), body="")
    answer = say(friend, where, "Beautiful.", reply_to=message.pk).message
    event = RoomEvent.objects.get(room=where, message=answer, kind="msg")
    assert event.payload["reply"]["text"] == "kiln.jpg"
    assert snapshot(where.pk)["messages"][answer.pk]["reply"]["text"] == "kiln.jpg"
    talk.delete_message(actor=friend, message_id=answer.pk)
    line = next(line for group in queries.directory(friend) for line in group.rooms if line.room.pk == where.pk)
    assert line.last_text == "kiln.jpg"
    reported = _reported_message(str(message.pk))
    assert reported is not None
    assert reported.text == f"Kiln: {where.get_absolute_url()}{message.parts[0]['path']}", (
        "moderators open it from the case"
    )


def test_the_demo_hangs_its_pictures_once(ning: User) -> None:
    from community.hung import demo

    where = room(slug="kiln-opening-night")
    message = say(ning, where, "第一只出来了，看见了吗？").message
    for _ in range(2):
        demo.seed(lambda text: None)
    message.refresh_from_db()
    assert [(part["type"], bool(part["thumb"])) for part in message.parts] == [("picture", True)] * 2
    assert Upload.objects.count() == 2
