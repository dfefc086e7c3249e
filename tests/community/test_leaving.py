"""What closes a room or a socket while it opens, and what closes sockets when a password changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from community import actions
from community.chat import reads
from community.chat.consumer import ChatConsumer
from community.chat.database import run
from community.chat.hub import the_hub
from community.chat.protocol import Close
from community.models import Group, GroupMember
from membership.actions import Source, grant, revoke
from tests.community.wire import Dial
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

PAID = Source("test", "paid")


def change_password(account: User, new: str = "a-very-other-word") -> None:
    """As the person does it, on the page, in a browser of their own."""
    browser = Client()
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    words = {"oldpassword": "yaji-demo", "password1": new, "password2": new}
    assert browser.post(reverse("account_change_password"), words).status_code == 302
    assert User.objects.get(pk=account.pk).check_password(new)


def after(real: Callable[..., Any], then: Callable[[], Any]) -> Callable[..., Any]:
    """`real`, followed once by something that happens just then."""
    left = [then]

    def both(*args: Any) -> Any:
        answer = real(*args)
        if left:
            left.pop()()
        return answer

    return both


async def test_a_right_revoked_while_the_room_opens_is_not_missed(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    keeper = await run(lambda: moderator(where, person()))
    await run(grant, account=ann, key="rooms:members", source=PAID, actor="test")
    listener, a = await dial(keeper), await dial(ann)
    await listener.enter(where.pk)  # somebody is here already: the door is asked once
    lose = lambda: revoke(account=ann, source=PAID, actor="test")  # noqa: E731
    monkeypatch.setattr(reads, "enter", after(reads.enter, lose))
    await a.send(t="sub", id=1, rooms=[{"r": where.pk, "after": 0}])
    assert (await a.take("unsub", within=1.0))["r"] == where.pk
    await run(say, keeper, where, "xyzzy")
    await listener.take("ev")
    with pytest.raises(TimeoutError):
        await a.take("ev", within=0.4)
    assert "xyzzy" not in json.dumps(a.seen)


async def test_a_room_that_is_shut_is_left_by_who_knocked_and_tells_no_number(dial: Dial) -> None:
    where = await run(room, read_key="rooms:members")
    keeper = await run(lambda: moderator(where, person()))
    listener, a = await dial(keeper), await dial(await run(person))
    await listener.enter(where.pk)
    await a.send(t="sub", id=1, rooms=[{"r": where.pk, "after": 0}])
    assert (await a.take("unsub"))["why"] == "none"
    assert len(the_hub().rooms[where.pk].outlets) == 1
    await a.send(t="sub", id=1, rooms=[{"r": 987654, "after": 0}])
    assert (await a.take("unsub"))["why"] == "not_found"
    assert 987654 not in the_hub().rooms


async def test_a_room_of_an_unlisted_group_opens_to_its_people_and_shuts_when_they_leave(dial: Dial) -> None:
    group = await run(Group.objects.create, slug="secret", name_zh="密", name_en="Secret", listed=False)
    where, ann = await run(room, group=group), await run(person)
    outsider = await dial(await run(person))
    await outsider.send(t="sub", id=1, rooms=[{"r": where.pk, "after": 0}])
    assert (await outsider.take("unsub"))["why"] == "not_found"
    await run(GroupMember.objects.create, group=group, account=ann)
    a = await dial(ann)
    await a.enter(where.pk)
    await run(actions.leave_group, actor=ann, group=group)
    assert (await a.take("unsub", within=1.0))["why"] == "not_found"


async def test_a_group_that_is_unlisted_shuts_its_rooms_to_others_at_once(dial: Dial) -> None:
    where = await run(room)
    a = await dial(await run(person))
    await a.enter(where.pk)
    where.group.listed = False
    await run(where.group.save)
    assert (await a.take("unsub", within=1.0))["why"] == "not_found"


async def test_a_changed_password_closes_the_sockets_of_other_sessions_and_nobody_elses(dial: Dial) -> None:
    where, ann, ben = await run(room), await run(person), await run(person)
    a, b = await dial(ann), await dial(ben)
    await a.enter(where.pk)
    await b.enter(where.pk)
    await run(change_password, ann)
    assert await a.closed(within=1.0) == Close.NOT_SIGNED_IN
    await run(say, ben, where)
    await b.take("ev")


async def test_a_password_changed_without_a_word_is_found_by_the_sweep(dial: Dial) -> None:
    ann = await run(person)
    a = await dial(ann)
    ann.set_password("a-very-other-word")
    await run(ann.save)
    await the_hub().watch.sweep()
    assert await a.closed() == Close.NOT_SIGNED_IN


async def test_a_password_changed_during_the_handshake_is_not_missed(
    dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, accept = await run(person), ChatConsumer.accept
    first = await dial(ann)

    async def meanwhile(self: ChatConsumer, *args: Any) -> None:
        if self.account_id == ann.pk:
            await run(change_password, ann)
        await accept(self, *args)

    monkeypatch.setattr(ChatConsumer, "accept", meanwhile)
    late = await dial(ann)
    assert await first.closed(within=1.0) == Close.NOT_SIGNED_IN
    await the_hub().watch.sweep()
    assert await late.closed(within=1.0) == Close.NOT_SIGNED_IN


async def test_a_session_that_only_the_cache_remembers_does_not_stand(dial: Dial) -> None:
    ann = await run(person)
    a = await dial(ann)
    key = next(o.session_key for o in the_hub().outlets)
    assert await run(SessionStore(key).load)
    await run(lambda: Session.objects.filter(session_key=key).delete())
    assert await run(SessionStore(key).load)  # remembered
    await the_hub().watch.sweep()
    assert await a.closed() == Close.NOT_SIGNED_IN
