"""What is said under a message: one level, no number in the room, counted by the message, told to those who talk there."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import notices
from accounts.models import Mail, Notice, User
from community import actions, queries, said
from community.actions.keeping import erase_old
from community.chat.protocol import Code
from community.enums import HeldState, Level, Reason, WatchAct
from community.models import HeldMessage, Mention, Message, Room, RoomEvent, Sanction, Seat, WatchedWord
from community.moderation import actions as moderation
from community.moderation import holding, sanctions
from community.refusals import Refused
from tests.community.test_pages import signed_in, url
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db


def talk() -> tuple[Room, User, Message]:
    """Ann has asked something."""
    where, ann = room(), person("Ann")
    return where, ann, say(ann, where, "What is in this glaze?").message


def test_what_stands_under_a_message_has_no_number_and_is_unread_for_nobody() -> None:
    where, _ann, root = talk()
    ben = person("Ben")
    actions.mark_read(actor=ben, room_id=where.pk, no=1)
    sent = say(ben, where, "Ash.", thread=root.pk)
    assert (sent.message.no, sent.message.thread_id, sent.seq) == (None, root.pk, 2)
    where.refresh_from_db()
    assert (where.last_no, where.last_seq) == (1, 2)
    assert where.last_no - Seat.objects.get(account=ben).last_read_no == 0
    assert [m.pk for m in queries.page(where)] == [root.pk]
    event = RoomEvent.objects.get(room=where, seq=2).payload
    assert (event["thread"], event["no"], event["root"]["n"]) == (root.pk, None, 1)


def test_a_message_has_a_number_or_stands_under_another_one() -> None:
    where, _ann, root = talk()
    for wrong in ({"no": 2, "thread": root}, {"no": None, "thread": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(room=where, rev=9, client_id=uuid.uuid4(), created_at=timezone.now(), **wrong)


def test_one_level_in_one_room_and_never_under_what_is_gone() -> None:
    where, ann, root = talk()
    under = say(ann, where, "Ash.", thread=root.pk).message
    elsewhere = say(ann, room(), "Elsewhere").message
    actions.delete_message(actor=ann, message_id=(gone := say(ann, where, "Gone").message).pk)
    for wrong in (under.pk, elsewhere.pk, gone.pk, 99_999):
        with pytest.raises(Refused) as refused:
            say(ann, where, "Deeper", thread=wrong)
        assert refused.value.code is Code.NOT_FOUND
    with pytest.raises(Refused):
        actions.pin_message(actor=moderator(where, person()), message_id=under.pk, on=True)


def test_those_who_talk_there_are_told_once_until_they_looked_and_nobody_else_is() -> None:
    where, ann, root = talk()
    ben, cleo = person("Ben"), person("Cleo")
    say(ben, where, "Ash.", thread=root.pk)
    say(cleo, where, "And lime.", thread=root.pk)
    say(cleo, where, "And patience.", thread=root.pk)
    told = Notice.objects.filter(kind="community.thread").values_list("account__name", flat=True)
    assert sorted(told) == ["Ann", "Ben"]
    Notice.objects.filter(account=ann).update(read_at=timezone.now())
    say(ben, where, "And luck, @Ann", thread=root.pk)
    assert Notice.objects.filter(account=ann, kind="community.thread").count() == 1  # named: that says it
    assert Notice.objects.get(account=ann, kind="community.mention").context["under"].startswith("r")
    assert not Mention.objects.exists()
    say(ben, where, "Good night.", thread=root.pk)
    assert Notice.objects.filter(account=ann, kind="community.thread").count() == 2


def test_who_wants_nothing_or_does_not_hear_the_writer_is_told_nothing() -> None:
    where, ann, root = talk()
    ben, cleo = person("Ben"), person("Cleo")
    say(cleo, where, "Ash.", thread=root.pk)
    actions.join_group(actor=ann, group=where.group)
    actions.set_level(actor=ann, group=where.group, level=Level.NOTHING)
    actions.block(actor=cleo, account=ben, on=True)
    Notice.objects.all().delete()
    say(ben, where, "And lime.", thread=root.pk)
    assert not Notice.objects.exists()


def test_the_letter_leads_to_the_place_and_is_not_written_once_the_line_was_read() -> None:
    where, ann, root = talk()
    under = say(person("Ben"), where, "Ash.", thread=root.pk).message
    Notice.objects.update(letter_at=timezone.now() - timedelta(seconds=1))
    notices.write_waiting()
    mail = Mail.objects.get(to=ann.email)
    assert f"/t/{root.no}/#r{under.pk}" in mail.text and "Ash." in mail.text and mail.leave_url
    Notice.objects.update(read_at=timezone.now())
    say(person("Cleo"), where, "Lime.", thread=root.pk)
    Notice.objects.filter(read_at=None).update(read_at=timezone.now(), letter_at=timezone.now() - timedelta(seconds=1))
    notices.write_waiting()
    assert Mail.objects.filter(to=ann.email).count() == 1


def test_the_page_under_a_message_reads_and_a_plain_form_goes_on_there() -> None:
    where, _ann, root = talk()
    client = signed_in(person("Ben"))
    page = url(where, "t/1/")
    assert b"What is in this glaze?" in client.get(page).content
    answer = client.post(page, {"body": "Ash, mostly.", "cid": uuid.uuid4()})
    assert answer.status_code == 302 and answer["Location"].startswith(page)
    html = client.get(page).content.decode()
    assert "Ash, mostly." in html and f'id="r{Message.objects.get(thread=root).pk}"' in html
    room_html = client.get(url(where)).content.decode().split("<template data-message")[0]
    assert "1 answer below" in room_html and "Ash, mostly." not in room_html
    assert client.get(url(where, "t/2/")).status_code == 404


def test_one_under_a_message_can_be_changed_reported_and_hidden_by_its_own_address() -> None:
    where, ann, root = talk()
    ben = person("Ben")
    under = say(ben, where, "Ash.", thread=root.pk).message
    client, at = signed_in(ben), url(where, f"m/r{under.pk}/")
    assert client.get(at).status_code == 200
    client.post(at, {"act": "edit", "body": "Wood ash.", "cid": uuid.uuid4()})
    assert client.get(url(where, f"m/r{under.pk}/source")).json() == {"body": "Wood ash."}
    assert client.get(url(where, f"m/r{root.pk}/")).status_code == 404  # it has a number: that is its address
    case = moderation.report(actor=ann, target_key=under.subject, reason=Reason.OTHER)
    assert case.url.endswith(f"/t/1/#r{under.pk}")
    moderation.hide_message(actor=moderator(where, person()), message_id=under.pk, reason=Reason.SPAM)
    assert "Wood ash" not in client.get(url(where, "t/1/")).content.decode()


def test_history_under_a_message_goes_back_by_pages_and_begins_with_the_message() -> None:
    where, ann, root = talk()
    for n in range(60):
        say(ann, where, f"Answer {n}", thread=root.pk)
    client = signed_in(ann)
    newest = client.get(url(where, "messages?thread=1")).json()
    assert len(newest["messages"]) == 50 and newest["older"] == newest["messages"][0]["mid"]
    older = client.get(url(where, f"messages?thread=1&before={newest['older']}")).json()
    assert (older["older"], older["messages"][0]["mid"], len(older["messages"])) == (None, root.pk, 11)
    assert older["messages"][0]["under"]["n"] == 60


def test_the_page_costs_the_same_for_one_answer_and_for_forty() -> None:
    where, ann, root = talk()
    client = signed_in(person())

    def cost() -> int:
        client.get(url(where, "t/1/"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url(where, "t/1/"))
        return len(asked)

    say(ann, where, "One", thread=root.pk)
    one = cost()
    for _ in range(39):
        say(person(), where, "More", thread=root.pk)
    assert cost() == one


def test_what_was_held_is_said_where_it_was_meant(settings: Any) -> None:
    where, _ann, root = talk()
    WatchedWord.objects.create(pattern="lead glaze", act=WatchAct.HOLD)
    say(person(), where, "A lead glaze, perhaps.", thread=root.pk)
    row = HeldMessage.objects.get(state=HeldState.WAITING)
    holding.approve(actor=moderator(where, person()), held_id=row.pk)
    assert Message.objects.get(thread=root).body == "A lead glaze, perhaps."


def test_what_was_held_under_words_that_are_gone_is_closed_and_never_said_elsewhere(client: Client) -> None:
    where, ann, root = talk()
    host, ben, cid = moderator(where, person()), person(), uuid.uuid4()
    WatchedWord.objects.create(pattern="lead glaze", act=WatchAct.HOLD)
    say(ben, where, "A lead glaze, perhaps.", thread=root.pk, cid=cid)
    row = HeldMessage.objects.get()
    actions.delete_message(actor=ann, message_id=root.pk)
    client.force_login(host)
    page = client.post(f"/en/groups/{where.group.slug}/care/", {"act": f"approve:{row.pk}"}, follow=True)
    assert "It cannot be said any more" in page.content.decode()
    row.refresh_from_db()
    assert (row.state, row.sanction, row.decided_by) == (HeldState.REFUSED, None, host)
    assert Message.objects.count() == 1 and not Sanction.objects.exists()
    with pytest.raises(Refused) as refused:
        say(ben, where, "A lead glaze, perhaps.", thread=root.pk, cid=cid)
    assert refused.value.code is Code.NOT_FOUND


def test_a_refusal_can_be_taken_back_when_there_is_no_place_for_the_words_any_more() -> None:
    where, ann, root = talk()
    host = moderator(where, person())
    WatchedWord.objects.create(pattern="lead glaze", act=WatchAct.HOLD)
    say(person(), where, "A lead glaze, perhaps.", thread=root.pk)
    holding.refuse(actor=host, held_id=HeldMessage.objects.get().pk, reason=Reason.SPAM)
    actions.delete_message(actor=ann, message_id=root.pk)
    sanctions.lift(actor=host, sanction_id=Sanction.objects.get().pk)
    assert Sanction.objects.get().lifted_at and Message.objects.count() == 1


def test_what_was_held_goes_with_the_words_it_stood_under() -> None:
    where, _ann, root = talk()
    WatchedWord.objects.create(pattern="lead glaze", act=WatchAct.HOLD)
    say(person(), where, "A lead glaze, perhaps.", thread=root.pk)
    Room.objects.filter(pk=where.pk).update(keeps_days=1)
    Message.objects.filter(pk=root.pk).update(created_at=timezone.now() - timedelta(days=2))
    erase_old()
    assert not HeldMessage.objects.exists(), "above, it would be said to nobody and about nothing"


def test_it_is_found_and_leads_to_its_place_and_goes_with_what_it_stands_under() -> None:
    where, ann, root = talk()
    under = say(ann, where, "Feldspar above all.", thread=root.pk).message
    hit = said.find(ann, "feldspar")[0]
    assert hit.message.get_absolute_url().endswith(f"/t/1/#r{under.pk}")
    Room.objects.filter(pk=where.pk).update(keeps_days=1)
    Message.objects.filter(pk=root.pk).update(created_at=timezone.now() - timedelta(days=2))
    erase_old()
    assert not Message.objects.exists() and not said.find(ann, "feldspar")
