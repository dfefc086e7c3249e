"""Files that were brought: their small pictures, who sees them, and that they go with their message."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from community import actions as talk
from community.actions.changes import bury as erase_message
from community.chat.data import snapshot
from community.enums import AppealState, Gone, HeldState, Reason
from community.hung import actions, personal
from community.hung.models import Upload
from community.models import HeldMessage, Message, Room, RoomEvent, Sanction
from community.moderation import actions as moderation
from community.moderation import appeals, holding, sanctions
from ground import clock
from ground.registry import erasure_steps, export_sections
from tests.factories import accounts
from tests.factories.community import moderator, room, say
from tests.hung import samples
from tests.hung.acts import brought, held, sent, stored, url

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


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
