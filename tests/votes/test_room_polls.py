"""Polls in rooms: asking, choosing, what the room is told, and what is left when somebody or something goes."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from community import actions as talk
from community.actions.changes import delete_message, edit_message
from community.chat.data import snapshot
from community.chat.protocol import Code
from community.enums import Reason, RoomState, SanctionKind, WatchAct
from community.models import Case, Message, Room, RoomEvent, WatchedWord
from community.moderation import actions as moderation
from community.moderation import sanctions, watching
from community.refusals import Refused
from community.votes import personal
from community.votes.models import Choice, Poll, PollVote
from community.votes.polls import actions, asking, publishing
from community.votes.polls.part import part
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import moderator, room
from tests.factories.votes import asked, known

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override("en"):
        yield


def refusal(act: Any) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def ids(poll: Poll) -> list[int]:
    return list(Choice.objects.filter(poll=poll).order_by("order").values_list("pk", flat=True))


def choose(actor: User, poll: Poll, *wanted: int) -> list[int]:
    return actions.choose(actor=actor, poll_id=poll.pk, choices=wanted)


def shown(poll: Poll) -> dict[str, Any]:
    """The part as the room has it."""
    return dict(Message.objects.get(pk=poll.message_id).parts[0])


def numbers(poll: Poll) -> list[int]:
    return [choice["n"] for choice in shown(poll)["choices"]]


def later(poll: Poll) -> None:
    """A second and more has gone by since it was last published."""
    Poll.objects.filter(pk=poll.pk).update(published_at=timezone.now() - timedelta(seconds=2))


def test_a_question_is_a_message_with_a_poll_and_is_asked_once() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    poll = asked(where, ann, cid=cid)
    assert asked(where, ann, cid=cid) == poll and Poll.objects.count() == 1
    assert poll.message.body == "Which tea tonight?"
    event = RoomEvent.objects.get(kind="msg")
    assert event.payload["parts"] == [part(poll)] == poll.message.parts
    assert [c["text"] for c in shown(poll)["choices"]] == ["Longjing", "Biluochun", "Dahongpao"]


@pytest.mark.parametrize(("fields", "code"), [
    ({"choices": ["one"]}, Code.EMPTY), ({"choices": ["one", " ", ""]}, Code.EMPTY), ({"question": " "}, Code.EMPTY),
    ({"choices": ["one", "ONE "]}, Code.BAD), ({"choices": [str(n) for n in range(11)]}, Code.BAD),
    ({"choices": ["one", "x" * 81]}, Code.TOO_LONG), ({"question": "x" * 201}, Code.TOO_LONG),
    ({"closes": "soon"}, Code.BAD),
])  # fmt: skip
def test_what_is_no_question_is_refused(fields: dict[str, Any], code: Code) -> None:
    where, ann = room(), person()
    assert refusal(lambda: asked(where, ann, **fields)) == code
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", [WatchAct.HOLD, WatchAct.BLOCK])
@pytest.mark.parametrize("fields", [{"question": "Is it cursed?"}, {"choices": ["blessed", "c-u-r-s-e-d"]}])
def test_watched_words_count_for_the_question_and_the_answers(act: WatchAct, fields: dict[str, Any]) -> None:
    where, ann = room(), person()
    WatchedWord.objects.create(pattern="cursed", act=act)
    watching.forget()
    assert refusal(lambda: asked(where, ann, **fields)) == Code.WORDS
    assert asked(where, moderator(where, person()), **fields)


def test_a_flagged_word_is_asked_and_put_before_the_moderators() -> None:
    where = room()
    WatchedWord.objects.create(pattern="cursed", act=WatchAct.FLAG)
    watching.forget()
    poll = asked(where, person(), choices=["blessed", "cursed"])
    assert Case.objects.get().target_key == poll.message.subject


def test_newcomers_put_no_addresses_into_answers() -> None:
    where = room()
    two = ["https://one.example", "https://two.example"]
    assert refusal(lambda: asked(where, person(), choices=two)) == Code.NEWCOMER
    assert asked(where, known(where), choices=two)


def test_one_answer_replaces_the_other_and_several_stand_together() -> None:
    where, ann = room(), person()
    one, many = asked(where, ann), asked(where, ann, several=True)
    a, b, _c = ids(one)
    assert choose(ann, one, a) == [a] and choose(ann, one, b) == [b] and choose(ann, one, b) == [b]
    assert refusal(lambda: choose(ann, one, a, b)) == Code.BAD
    assert list(PollVote.objects.filter(poll=one).values_list("choice", flat=True)) == [b]
    d, e, _f = ids(many)
    assert choose(ann, many, d, e) == [d, e] and choose(ann, many) == []
    assert refusal(lambda: choose(ann, many, a)) == Code.BAD
    assert not PollVote.objects.filter(poll=many).exists()


def test_the_room_is_told_at_most_once_a_second_and_the_last_state_always() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    a, b, _c = ids(poll)
    with transaction.atomic():
        choose(person(), poll, a)
    assert publishing.publish(poll.pk) and numbers(poll) == [1, 0, 0]
    for _ in range(9):
        choose(person(), poll, b)
        assert not publishing.publish(poll.pk)
    assert numbers(poll) == [1, 0, 0] and RoomEvent.objects.filter(kind="part").count() == 1
    assert publishing.run() == 0
    later(poll)
    assert publishing.run() == 1 and publishing.run() == 0
    assert numbers(poll) == [1, 9, 0] and shown(poll)["voters"] == 10
    assert RoomEvent.objects.filter(kind="part").count() == 2
    seqs = list(RoomEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1)) and Room.objects.get(pk=where.pk).last_seq == len(seqs)
    assert snapshot(where.pk)["messages"][poll.message_id]["parts"] == [part(Poll.objects.get())]


def test_a_vote_that_changes_nothing_tells_nobody() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    a = ids(poll)[0]
    choose(ann, poll, a)
    publishing.publish(poll.pk)
    choose(ann, poll, a)
    assert not Poll.objects.filter(stale=True).exists()


def test_names_are_told_only_where_it_was_said_so() -> None:
    where, ann = room(), person("Ann")
    named, secret = asked(where, ann), asked(where, ann, secret=True)
    for poll in (named, secret):
        choose(ann, poll, ids(poll)[0])
        publishing.publish(poll.pk)
    assert shown(named)["choices"][0]["by"] == [{"id": str(ann.public_id), "name": "Ann"}]
    told = json.dumps(
        [*RoomEvent.objects.filter(message=secret.message, kind="part").values_list("payload", flat=True)]
    )
    assert str(ann.public_id) not in told and "Ann" not in told and shown(secret)["choices"][0]["n"] == 1


def test_it_closes_by_its_author_a_moderator_or_the_clock() -> None:
    where, ann = room(), person()
    one, two, three = asked(where, ann), asked(where, ann), asked(where, ann, closes="hour")
    assert refusal(lambda: actions.close(actor=person(), poll_id=one.pk)) == Code.FORBIDDEN
    actions.close(actor=ann, poll_id=one.pk)
    actions.close(actor=moderator(where, person()), poll_id=two.pk)
    assert not three.closed()
    Poll.objects.filter(pk=three.pk).update(closes_at=timezone.now())
    for poll in (one, two, three):
        assert refusal(lambda p=poll: choose(ann, p, ids(p)[0])) == Code.CLOSED  # type: ignore[misc]
    publishing.run()
    assert all(shown(poll)["closed"] for poll in (one, two, three))
    assert publishing.run() == 0


def test_who_may_not_write_does_not_vote() -> None:
    where, ann, ben = room(), person(), person()
    poll = asked(where, ann)
    a = ids(poll)[0]
    sanctions.impose(
        actor=moderator(where, person()), account=ben, kind=SanctionKind.SILENCE, reason=Reason.OTHER, room=where,
        ends_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    assert refusal(lambda: choose(ben, poll, a)) == Code.BARRED
    talk.set_room_state(actor=moderator(where, person()), room_id=where.pk, state=RoomState.READ_ONLY)
    assert refusal(lambda: choose(ann, poll, a)) == Code.CLOSED
    assert refusal(lambda: asked(where, ann)) == Code.CLOSED
    closed = room(read_key="tier:patron")
    Message.objects.filter(pk=poll.message_id).update(room=closed, no=1)
    assert refusal(lambda: choose(ann, poll, a)) == Code.NOT_FOUND


def test_a_message_taken_back_takes_its_poll_along_and_a_hidden_one_gives_it_back() -> None:
    where, ann, ben = room(), person(), person()
    gone, hidden = asked(where, ann), asked(where, ann)
    for poll in (gone, hidden):
        choose(ben, poll, ids(poll)[0])
        publishing.publish(poll.pk)
    delete_message(actor=ann, message_id=gone.message_id)
    assert not Poll.objects.filter(pk=gone.pk).exists() and PollVote.objects.count() == 1
    judge = moderator(where, person())
    moderation.hide_message(actor=judge, message_id=hidden.message_id, reason=Reason.OTHER)
    assert refusal(lambda: choose(ben, hidden, ids(hidden)[1])) == Code.NOT_FOUND
    told = json.dumps(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert "Longjing" not in told and str(ben.public_id) not in told
    moderation.show_again(message_id=hidden.message_id, actor=judge)
    assert numbers(hidden) == [1, 0, 0] and choose(ben, hidden, ids(hidden)[1])


def test_what_became_of_a_poll_while_it_was_hidden_is_shown_when_it_stands_again() -> None:
    where, ann, ben = room(), person(), person()
    poll, judge = asked(where, ann, closes="hour"), moderator(where, person())
    choose(ben, poll, ids(poll)[0])
    moderation.hide_message(actor=judge, message_id=poll.message_id, reason=Reason.OTHER)
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now())
    publishing.run()
    assert publishing.run() == 0 and not RoomEvent.objects.filter(kind="part").exists()
    moderation.show_again(message_id=poll.message_id, actor=judge)
    told = RoomEvent.objects.get(kind="show").payload["parts"]
    assert told == [shown(poll)] == [part(Poll.objects.get())]
    assert shown(poll)["closed"] and numbers(poll) == [1, 0, 0]
    assert snapshot(where.pk)["messages"][poll.message_id]["parts"] == told


def test_a_vote_that_was_not_yet_told_when_it_was_hidden_is_there_when_it_stands_again() -> None:
    where, ann, ben = room(), person(), person()
    poll, judge = asked(where, ann), moderator(where, person())
    choose(ben, poll, ids(poll)[0])
    moderation.hide_message(actor=judge, message_id=poll.message_id, reason=Reason.OTHER)
    moderation.show_again(message_id=poll.message_id, actor=judge)
    assert RoomEvent.objects.get(kind="show").payload["parts"][0]["voters"] == 1


def test_whoever_left_while_a_poll_was_hidden_does_not_come_back_with_it() -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    poll, judge = asked(where, ann), moderator(where, person())
    for account in (ann, ben):
        choose(account, poll, ids(poll)[0])
    publishing.publish(poll.pk)
    moderation.hide_message(actor=judge, message_id=poll.message_id, reason=Reason.OTHER)
    assert str(ben.public_id) in json.dumps(shown(poll))
    personal.erase(ben)
    assert str(ben.public_id) not in json.dumps(shown(poll)) and numbers(poll) == [1, 0, 0]
    moderation.show_again(message_id=poll.message_id, actor=judge)
    told = json.dumps(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert str(ben.public_id) not in told and str(ann.public_id) in told


def test_a_question_stands_as_it_was_asked() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    again = {"actor": ann, "message_id": poll.message_id, "cid": uuid.uuid4()}
    assert refusal(lambda: edit_message(**again, body="Which coffee?")) == Code.FORBIDDEN
    assert Message.objects.get(pk=poll.message_id).body == "Which tea tonight?"


def test_whoever_leaves_takes_their_votes_and_their_name_along() -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    poll = asked(where, ann)
    a = ids(poll)[0]
    for account in (ann, ben):
        choose(account, poll, a)
    publishing.publish(poll.pk)
    assert numbers(poll) == [2, 0, 0]
    assert {"question": "Which tea tonight?", "answer": "Longjing"} in personal.collect(ben)[0]["polls"]
    personal.erase(ben)
    assert numbers(poll) == [1, 0, 0] and shown(poll)["voters"] == 1
    told = json.dumps(list(RoomEvent.objects.values_list("payload", flat=True)))
    assert str(ben.public_id) not in told and str(ann.public_id) in told


def test_the_tables_refuse_a_second_vote() -> None:
    where, ann = room(), person()
    poll = asked(where, ann)
    a, b, _c = ids(poll)
    choose(ann, poll, a)
    for choice in (a, b):
        with pytest.raises(IntegrityError), transaction.atomic():
            PollVote.objects.create(poll=poll, choice_id=choice, account=ann, single=True)


def of(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_asking_and_choosing_by_forms_alone() -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    base = where.get_absolute_url()
    page = of(ann).get(f"{base}ask/").content.decode()
    assert page.count('name="choice"') == 10
    form = {
        "cid": str(uuid.uuid4()),
        "question": "Which tea?",
        "choice": ["Longjing", "Biluochun", ""],
        "closes": "day",
    }
    answer = of(ann).post(f"{base}ask/", {**form, "choice": ["one"]})
    assert answer.status_code == 400 and 'value="one"' in answer.content.decode()
    assert of(ann).post(f"{base}ask/", form).status_code == 302
    poll = Poll.objects.get()
    room_page = of(ben).get(base).content.decode()
    assert "Not secret: everybody sees who chose what." in room_page and f'data-poll="{poll.pk}"' in room_page
    alone = f"{base}polls/{poll.pk}/"
    assert of(ben).post(alone, {"choice": str(ids(poll)[1])}).status_code == 302
    publishing.run()
    page = of(ben).get(alone).content.decode()
    assert "Change my vote" in page and "Ben" in page and "Close the poll" not in page
    answer = of(ben).post(alone, {"act": "back"}, headers={"accept": "application/json"})
    assert answer.json() == {"mine": []}
    answer = of(ben).post(alone, {"choice": "x"}, headers={"accept": "application/json"})
    assert answer.status_code == 400 and answer.json()["words"] == "Choose one of the answers."
    assert of(ben).post(alone, {"act": "close"}).status_code == 302 and not Poll.objects.get().closed()
    assert of(ann).post(alone, {"act": "close"}).status_code == 302 and Poll.objects.get().closed()
    assert "Closed." in of(ben).get(alone).content.decode()


def test_doors() -> None:
    where, ann = room(), person()
    poll, base = asked(where, ann), where.get_absolute_url()
    assert Client().get(f"{base}ask/").status_code == 302 and Client().get(f"{base}polls/{poll.pk}/").status_code == 302
    other = room()
    assert of(ann).get(f"{other.get_absolute_url()}polls/{poll.pk}/").status_code == 404
    Room.objects.filter(pk=where.pk).update(read_key="tier:patron", listed=False)
    assert of(ann).get(f"{base}ask/").status_code == 404 and of(ann).get(f"{base}polls/{poll.pk}/").status_code == 404


def test_ones_own_choice_is_beside_the_part_and_not_in_it() -> None:
    where, ann, ben = room(), person(), person()
    poll = asked(where, ann, secret=True)
    a = ids(poll)[0]
    choose(ben, poll, a)
    url = f"{where.get_absolute_url()}messages"
    assert of(ben).get(url).json()["messages"][0]["mine_parts"] == {f"poll:{poll.pk}": [a]}
    assert of(ann).get(url).json()["messages"][0]["mine_parts"] == {}


def test_a_room_full_of_polls_costs_one_query_more_than_one_poll() -> None:
    ann, costs = person(), []
    for many in (1, 6):
        where = room()
        for _ in range(many):
            poll = asked(where, ann)
            choose(ann, poll, ids(poll)[0])
        client = of(ann)
        client.get(where.get_absolute_url())
        asked_for = []
        for _ in range(3):  # what is kept for some seconds may run out in the middle of one of them
            with CaptureQueriesContext(connection) as seen:
                client.get(where.get_absolute_url())
            asked_for.append(len(seen))
        costs.append(min(asked_for))
    assert costs[0] == costs[1]
    assert asking.CHOICES == (2, 10)
