"""What is written: dense numbers, one message per cid, and events that say all of it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Notice, User
from community import actions
from community.access import Missing, access_room
from community.chat.data import snapshot
from community.chat.protocol import Code, Kind
from community.chat.reads import events_after
from community.enums import CaseState, Gone, Reason, RoomState
from community.models import Message, Reaction, Revision, Room, RoomEvent, Sanction, Seat
from community.moderation import actions as moderation
from community.moderation import sanctions
from community.refusals import Refused
from tests.community.replay import apply
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.factories.membership import member

pytestmark = pytest.mark.django_db
SomeEvent = Callable[[User, User, Message], Any]


def test_numbers_are_dense_and_messages_have_their_own() -> None:
    where, ann = room(), person()
    first = say(ann, where)
    actions.react(actor=ann, message_id=first.message.pk, stamp="妙", on=True)
    second = say(ann, where)
    assert [first.seq, second.seq] == [1, 3]
    assert [first.message.no, second.message.no] == [1, 2]
    assert list(RoomEvent.objects.filter(room=where).values_list("seq", flat=True).order_by("seq")) == [1, 2, 3]


def test_one_cid_makes_one_message_for_ever() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    first = say(ann, where, "Once.", cid=cid)
    again = say(ann, where, "Once.", cid=cid)
    assert (again.dup, again.message.pk, again.seq) == (True, first.message.pk, first.seq)
    actions.edit_message(actor=ann, message_id=first.message.pk, cid=uuid.uuid4(), body="Twice.")
    assert say(ann, where, "Once.", cid=cid).seq == first.seq
    assert Message.objects.count() == 1


def test_the_same_cid_of_somebody_else_is_their_own() -> None:
    where, cid = room(), uuid.uuid4()
    assert not say(person(), where, cid=cid).dup
    assert not say(person(), where, cid=cid).dup


def _hidden_and_shown(mod: User, message: Message) -> None:
    moderation.hide_message(actor=mod, message_id=message.pk, reason=Reason.SPAM)
    sanctions.lift(actor=mod, sanction_id=Sanction.objects.get().pk)


EVENTS: dict[str, SomeEvent] = {
    "msg": lambda ann, mod, m: say(mod, m.room, "**Yes.** @" + ann.name, reply_to=m.pk),
    "edit": lambda ann, mod, m: actions.edit_message(actor=ann, message_id=m.pk, cid=uuid.uuid4(), body="Other words."),
    "del": lambda ann, mod, m: actions.delete_message(actor=ann, message_id=m.pk),
    "hide": lambda ann, mod, m: moderation.hide_message(actor=mod, message_id=m.pk, reason=Reason.SPAM),
    "react": lambda ann, mod, m: actions.react(actor=mod, message_id=m.pk, stamp="善", on=True),
    "unreact": lambda ann, mod, m: actions.react(actor=ann, message_id=m.pk, stamp="妙", on=False),
    "pin": lambda ann, mod, m: actions.pin_message(actor=mod, message_id=m.pk, on=True),
    "room": lambda ann, mod, m: actions.set_room_state(actor=mod, room_id=m.room_id, state=RoomState.READ_ONLY),
    "show": lambda ann, mod, m: _hidden_and_shown(mod, m),
    "part": lambda ann, mod, m: actions.set_parts(
        message_id=m.pk, change=lambda parts: [*parts, {"kind": "x", "id": 2}]
    ),
    "under": lambda ann, mod, m: say(mod, m.room, "Here below.", thread=m.pk),
    "left": lambda ann, mod, m: actions.changes.bury(message=m, actor=None, why=Gone.LEFT),
}


def test_every_kind_of_event_is_tried_here() -> None:
    assert set(Kind) <= set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_a_snapshot_with_the_event_applied_equals_a_fresh_snapshot(name: str) -> None:
    where, ann = room(), person("Ann")
    mod = moderator(where, person())
    message = say(ann, where, "Some *words*.", hang=[lambda m: [{"kind": "x", "id": 1}]]).message
    say(mod, where, "Under them.", thread=message.pk)
    say(mod, where, "About them.", reply_to=message.pk)
    actions.react(actor=ann, message_id=message.pk, stamp="妙", on=True)
    before = snapshot(where.pk)
    EVENTS[name](ann, mod, Message.objects.select_related("room", "sender").get(pk=message.pk))
    caught = events_after(where.pk, before["seq"], str(where.epoch))
    assert caught.events
    state = before
    for event in caught.events:
        state = apply(state, event)
    assert state == snapshot(where.pk)


@pytest.mark.parametrize("name", ["del", "hide", "left"])
def test_the_words_of_a_tombstone_are_nowhere_in_the_log(name: str) -> None:
    where, ann = room(), person("Ann Secretive")
    mod = moderator(where, person())
    message = say(ann, where, "xyzzy").message
    actions.edit_message(actor=ann, message_id=message.pk, cid=uuid.uuid4(), body="xyzzy plugh")
    say(mod, where, "Indeed", reply_to=message.pk)
    EVENTS[name](ann, mod, Message.objects.select_related("room", "sender").get(pk=message.pk))
    log = str(list(RoomEvent.objects.filter(room=where).values_list("payload", flat=True)))
    assert "xyzzy" not in log
    assert ("Ann Secretive" in log) is (name != "left")


def test_words_become_safe_html() -> None:
    body = "<script>x</script> **bold** `<b>` [a](javascript:alert(1)) https://example.com/?a=1&b=2\n\n> said\n\n- one"
    html = say(person(), room(), body).message.html
    assert "<script" not in html and 'href="javascript' not in html
    assert "<strong>bold</strong>" in html and "<code>&lt;b&gt;</code>" in html and "<blockquote>" in html
    assert 'href="https://example.com/?a=1&amp;b=2"' in html


def test_a_mention_tells_the_person_once_and_never_oneself() -> None:
    where, ann, bai = room(), person("Ann"), person("白露 Bai Lu")
    say(bai, where)
    say(ann, where)
    message = say(ann, where, "@白露 and @Bai Lu and @Ann: `@白露`").message
    assert message.html.count('class="at"') == 3
    assert list(Notice.objects.values_list("account__name", "kind")) == [("白露 Bai Lu", "community.mention")]


def test_unread_is_a_subtraction_and_never_grows_by_ones_own_words() -> None:
    where, ann, ben = room(), person(), person()
    actions.take_seat(actor=ann, room=where)
    say(ann, where)
    say(ben, where)
    say(ben, where)
    seat = Seat.objects.get(account=ann)
    assert Room.objects.get(pk=where.pk).last_no - seat.last_read_no == 2
    assert actions.mark_read(actor=ann, room_id=where.pk, no=99) == 3
    assert actions.mark_read(actor=ann, room_id=where.pk, no=1) == 3


def test_a_slow_room_says_how_long_to_wait_but_not_to_its_moderators() -> None:
    where, ann = room(slow_seconds=30), person()
    say(ann, where)
    with pytest.raises(Refused) as refused:
        say(ann, where)
    assert refused.value.code is Code.SLOW and 0 < (refused.value.after or 0) <= 31
    mod = moderator(where, person())
    say(mod, where)
    say(mod, where)


def test_only_the_author_changes_and_only_moderators_pin_and_hide() -> None:
    where, ann, ben = room(), person(), person()
    message = say(ann, where).message
    for act in (
        lambda: actions.edit_message(actor=ben, message_id=message.pk, cid=uuid.uuid4(), body="x"),
        lambda: actions.delete_message(actor=ben, message_id=message.pk),
        lambda: actions.pin_message(actor=ben, message_id=message.pk, on=True),
        lambda: moderation.hide_message(actor=ben, message_id=message.pk, reason=Reason.SPAM),
        lambda: actions.set_room_state(actor=ben, room_id=where.pk, state=RoomState.ARCHIVED),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code is Code.FORBIDDEN


def test_an_edit_is_made_once_per_cid_and_keeps_the_former_words() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    message = say(ann, where, "First.").message
    actions.edit_message(actor=ann, message_id=message.pk, cid=cid, body="Second.")
    assert actions.edit_message(actor=ann, message_id=message.pk, cid=cid, body="Third.").dup
    assert list(Revision.objects.values_list("body", flat=True)) == ["First."]
    assert Message.objects.get().body == "Second."


def test_a_stamp_twice_is_once() -> None:
    where, ann = room(), person()
    message = say(ann, where).message
    assert not actions.react(actor=ann, message_id=message.pk, stamp="妙", on=True).dup
    assert actions.react(actor=ann, message_id=message.pk, stamp="妙", on=True).dup
    assert Reaction.objects.count() == 1 and Room.objects.get().last_seq == 2


def test_a_closed_room_refuses_and_keeps_its_numbers() -> None:
    where, ann = room(state=RoomState.ARCHIVED), person()
    with pytest.raises(Refused) as refused:
        say(ann, where)
    assert refused.value.code is Code.CLOSED
    assert Room.objects.get().last_seq == 0


def test_hidden_and_missing_rooms_look_alike_and_listed_ones_show_locked() -> None:
    free = person()
    hidden = room(read_key="rooms:patron", listed=False)
    listed = room(read_key="rooms:patron")
    for slug in (hidden.slug, "no-such-room"):
        with pytest.raises(Missing):
            access_room(free, hidden.group.slug, slug)
    assert access_room(free, listed.group.slug, listed.slug)[1].read is False
    assert access_room(member("patron"), hidden.group.slug, hidden.slug)[1].read is True
    with pytest.raises(Refused) as refused:
        say(free, hidden)
    assert refused.value.code is Code.NOT_FOUND


def test_reports_of_many_make_one_case_with_the_words_as_reported() -> None:
    where, ann = room(), person()
    message = say(ann, where, "Rude.").message
    case = moderation.report(actor=person(), target_key=message.subject, reason=Reason.UNKIND)
    assert moderation.report(actor=person(), target_key=message.subject, reason=Reason.SPAM).pk == case.pk
    actions.edit_message(actor=ann, message_id=message.pk, cid=uuid.uuid4(), body="Nice.")
    case.refresh_from_db()
    assert (case.text, case.reports.count(), case.state) == ("Rude.", 2, CaseState.OPEN)


def test_a_decision_hides_tells_the_reporters_and_is_made_once() -> None:
    where, ann, reporter = room(), person(), person()
    judge = person(is_superuser=True)
    message = say(ann, where, "Rude.").message
    case = moderation.report(actor=reporter, target_key=message.subject, reason=Reason.UNKIND)
    moderation.decide(actor=judge, case_id=case.pk, state=CaseState.HIDDEN)
    again = moderation.decide(actor=judge, case_id=case.pk, state=CaseState.DISMISSED)
    assert again.state == CaseState.HIDDEN
    assert Message.objects.get(pk=message.pk).hidden_reason == Reason.UNKIND
    assert Notice.objects.filter(account=reporter, kind="community.report_decided").count() == 1


def test_nobody_judges_their_own_words_or_without_the_permission() -> None:
    where, judge = room(), person(is_superuser=True)
    message = say(judge, where, "Rude.").message
    case = moderation.report(actor=person(), target_key=message.subject, reason=Reason.UNKIND)
    for actor in (judge, person()):
        with pytest.raises(Refused):
            moderation.decide(actor=actor, case_id=case.pk, state=CaseState.DISMISSED)


def test_what_one_cannot_see_one_cannot_report() -> None:
    message = say(member("patron"), room(read_key="rooms:patron")).message
    for key in (message.subject, "message:999999", "message:x", "nothing:1"):
        with pytest.raises(Refused):
            moderation.report(actor=person(), target_key=key, reason=Reason.SPAM)


def test_a_form_saved_late_does_not_put_the_numbers_back() -> None:
    where, ann = room(), person()
    opened = Room.objects.get(pk=where.pk)
    say(ann, where)
    opened.name_en = "Another name"
    opened.save()
    fresh = Room.objects.get(pk=where.pk)
    assert (fresh.name_en, fresh.last_seq, fresh.last_no) == ("Another name", 1, 1)
    assert say(ann, where).seq == 2
