"""Whose money is missing listens and does not speak; when grace is over the room shuts."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from community.actions import edit_message, react
from community.chat.protocol import Code
from community.models import Room
from community.refusals import Refused
from ground import clock
from membership.actions import Source, grant
from tests.community.wire import Dial, run
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

PAID = Source("plan", "7")


def unpaid(account: User, seconds_left: float = 5 * 24 * 3600, **more: object) -> None:
    """A seat in the members' rooms whose fourteen days of grace end in so many seconds."""
    since = clock.now() - timedelta(days=14) + timedelta(seconds=seconds_left)
    grant(account=account, key="rooms:members", source=PAID, actor="test", starts=since - timedelta(days=20),
          overdue_since=since)  # fmt: skip


def place() -> Room:
    return room(read_key="rooms:members")


@pytest.mark.django_db
def test_nothing_can_be_said_changed_or_stamped_while_money_is_missing() -> None:
    where, ann = place(), person()
    grant(account=ann, key="rooms:members", source=PAID, actor="test")
    said = say(ann, where)
    unpaid(ann)
    for act in (
        lambda: say(ann, where),
        lambda: edit_message(actor=ann, message_id=said.message.pk, cid=uuid.uuid4(), body="Other words."),
        lambda: react(actor=ann, message_id=said.message.pk, stamp="善", on=True),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code is Code.OVERDUE
    grant(account=ann, key="rooms:members", source=PAID, actor="test")
    assert say(ann, where).message.no == 2


@pytest.mark.django_db
def test_a_public_room_and_a_moderator_are_not_touched() -> None:
    ann = person()
    unpaid(ann)
    assert say(ann, room(read_key="")).message
    where = place()
    assert say(moderator(where, ann), where).message


@pytest.mark.django_db
def test_the_page_reads_on_and_says_why_it_does_not_write(client) -> None:
    where, ann, ben = place(), person(), person()
    grant(account=ben, key="rooms:members", source=PAID, actor="test")
    say(ben, where, "A word that is heard.")
    unpaid(ann)
    client.force_login(ann)
    page = client.get(where.get_absolute_url()).content.decode()
    assert "A word that is heard." in page and "data-composer" not in page
    assert "A payment for your seat did not come through" in page and reverse("accounts:home") in page
    answer = client.post(where.get_absolute_url(), {"body": "Still here.", "cid": str(uuid.uuid4())})
    assert answer.status_code == 402 and where.messages.count() == 1


@pytest.mark.django_db(transaction=True)
async def test_a_socket_listens_in_grace_is_refused_and_is_shut_out_when_grace_ends(dial: Dial) -> None:
    where, ann, ben = await run(place), await run(person), await run(person)
    await run(grant, account=ben, key="rooms:members", source=PAID, actor="test")
    await run(unpaid, ann, 2.0)
    a = await dial(ann)
    await a.enter(where.pk)
    assert next(frame["can"] for frame in a.seen if frame["t"] == "room") == ["read"]
    await run(say, ben, where, "heard")
    assert (await a.take("ev"))["seq"] == 1
    await a.send(t="send", id=7, r=where.pk, cid=str(uuid.uuid4()), body="no")
    refused = await a.take("err")
    assert (refused["code"], refused["retry"]) == ("overdue", False)
    assert (await a.take("unsub", within=3.5))["why"] == "ended"
