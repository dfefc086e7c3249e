"""Decisions and rights while somebody is connected: felt within a second, given back the same way."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from community.chat.database import run
from community.chat.protocol import Close
from community.enums import Reason, SanctionKind
from community.models import Room, Sanction
from community.moderation import sanctions
from ground import clock
from membership.actions import Source, grant
from tests.community.wire import Dial
from tests.factories.accounts import person
from tests.factories.community import room, say


def staff() -> User:
    account = person("Staff")
    account.user_permissions.add(Permission.objects.get(codename="change_case"))
    return User.objects.get(pk=account.pk)


def impose(account: User, where: Room, kind: SanctionKind, seconds: float = 3600) -> Sanction:
    return sanctions.impose(
        actor=staff(), account=account, kind=kind, reason=Reason.UNKIND, note="Loud.", room=where,
        ends_at=clock.now() + timedelta(seconds=seconds),
    )  # fmt: skip


async def test_a_silence_is_felt_at_once_and_lifted_at_once(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(ann)
    await a.enter(where.pk)
    row = await run(impose, ann, where, SanctionKind.SILENCE)
    assert (await a.take("can", within=1.0))["can"] == ["read"]
    await run(say, await run(person), where, "still heard")
    assert (await a.take("ev"))["d"]["html"] == "<p>still heard</p>"
    lifter = await run(staff)
    await run(lambda: sanctions.lift(actor=lifter, sanction_id=row.pk))
    assert (await a.take("can", within=1.0))["can"] == ["read", "write"]
    await a.say(where.pk, "again")


async def test_a_silence_that_ends_by_itself_is_told(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(ann)
    await a.enter(where.pk)
    await run(impose, ann, where, SanctionKind.SILENCE, 1.2)
    assert (await a.take("can", within=1.0))["can"] == ["read"]
    assert (await a.take("can", within=3.0))["can"] == ["read", "write"]


async def test_who_is_put_out_of_a_group_hears_nothing_that_is_said_later(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    elsewhere = await run(room)
    a = await dial(ann)
    await a.enter(where.pk)
    await a.enter(elsewhere.pk)
    await run(impose, ann, where, SanctionKind.GROUP_BAN)
    lost = await a.take("unsub", within=1.0)
    assert (lost["r"], lost["why"]) == (where.pk, "barred")
    await run(say, await run(person), where, "not for you")
    await run(say, await run(person), elsewhere, "for you")
    assert (await a.take("ev"))["r"] == elsewhere.pk


async def test_who_is_put_out_of_everything_is_closed_out(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(ann)
    await a.enter(where.pk)
    await run(impose, ann, where, SanctionKind.SITE_BAN)
    assert await a.closed(within=1.0) == Close.BANNED
    again = await dial(ann)
    with pytest.raises((AssertionError, TimeoutError)):
        await again.enter(where.pk)


async def test_a_payment_that_is_mended_opens_the_writing_of_an_open_window(dial: Dial) -> None:
    def pay(**more: Any) -> None:
        grant(account=ann, key="rooms:members", source=Source("plan", "sub_1"), actor="test", **more)

    where, ann = await run(lambda: room(read_key="rooms:members")), await run(person)
    began = clock.now() - timedelta(days=20)
    await run(lambda: pay(starts=began, overdue_since=clock.now() - timedelta(days=1)))
    a = await dial(ann)
    await a.enter(where.pk)
    await run(pay)
    assert (await a.take("can", within=1.0))["can"] == ["read", "write"]
