"""The Redis bus cut, paused and deaf: every event arrives, once, in order."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import redis

from accounts.actions import change_details
from community.chat import bus, bus_redis
from community.chat.database import run
from community.chat.hub import the_hub
from membership.actions import Source, grant, revoke
from tests.community import wire
from tests.community.conftest import threads  # noqa: F401 - a fixture
from tests.community.wire import Dial
from tests.factories.accounts import person
from tests.factories.community import room, say
from tests.faults.test_chat_killed import server as another_process

pytestmark = pytest.mark.redis


@pytest.fixture
def server(settings) -> Iterator[redis.Redis]:  # type: ignore[no-untyped-def,type-arg]
    """Redis, used as the bus by this test."""
    settings.REDIS_URL = os.environ["REDIS_URL"]
    client = redis.Redis.from_url(settings.REDIS_URL)
    yield client
    client.close()
    bus_redis._sync_client.cache_clear()


@pytest.fixture
async def dial(server: "redis.Redis", threads: None) -> AsyncIterator[Dial]:  # noqa: F811 - the fixture, not its name
    async with wire.serving() as address, wire.dialling(address) as dial:
        yield dial


def cut(server: "redis.Redis") -> None:
    server.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


async def hear(talker: wire.Talker, last: int, within: float = 12.0) -> None:
    while last not in talker.events:
        await talker.take("ev", within=within)


async def test_the_bus_that_is_used_is_redis(dial: Dial) -> None:
    await dial(await run(person))
    assert isinstance(the_hub().bus, bus_redis.RedisBus)


async def test_killed_pubsub_connections_lose_nothing_and_double_nothing(dial: Dial, server: "redis.Redis") -> None:
    where, ann = await run(room), await run(person)
    listeners = [await dial(await run(person)) for _ in range(3)]
    for listener in listeners:
        await listener.enter(where.pk)
    for n in range(40):
        if n % 10 == 4:
            await run(cut, server)
        await run(say, ann, where, f"{n}")
    for listener in listeners:
        await hear(listener, 40)
        assert listener.events == list(range(1, 41))


async def test_the_last_message_before_a_cut_comes_with_the_reconnection(
    dial: Dial, server: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(await run(person))
    await a.enter(where.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr(bus, "publish", lambda topic, payload: None)
        await run(say, ann, where, "nobody was told")
    await run(cut, server)
    assert (await a.take("ev", within=4.0))["seq"] == 1


async def test_a_paused_server_delays_and_loses_nothing(dial: Dial, server: "redis.Redis") -> None:
    where, ann = await run(room), await run(person)
    a = await dial(await run(person))
    await a.enter(where.pk)
    await run(server.execute_command, "CLIENT", "PAUSE", "700", "ALL")
    for n in range(3):
        await run(say, ann, where, f"{n}")
    await hear(a, 3)
    assert a.events == [1, 2, 3]


async def test_an_idle_subscription_outlives_the_clients_read_timeout(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(await run(person))
    await a.enter(where.pk)
    before = the_hub().bus._pubsub  # type: ignore[attr-defined]
    await asyncio.sleep(6.5)
    assert the_hub().bus._pubsub is before  # type: ignore[attr-defined]
    await run(say, ann, where)
    await a.take("ev", within=1.0)


async def test_a_right_revoked_in_another_process_reaches_this_one_over_redis(dial: Dial) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    source = Source("test", "x")
    await run(grant, account=ann, key="rooms:members", source=source, actor="test")
    a = await dial(ann)
    await a.enter(where.pk)
    await run(revoke, account=ann, source=source, actor="test")
    assert (await a.take("unsub", within=1.0))["r"] == where.pk


@pytest.mark.postgres
async def test_who_is_at_another_process_is_seen_here_hides_at_once_and_comes_back(dial: Dial) -> None:
    where = await run(room)
    ann, ben, cleo = [await run(person, name) for name in ("Ann", "Ben", "Cleo")]
    a = await dial(ann)
    await a.enter(where.pk)
    with another_process() as address:
        async with wire.dialling(address) as dial_there:
            b = await dial_there(ben)
            await b.enter(where.pk)
            await (await dial(cleo)).enter(where.pk)  # whoever comes makes this process tell the other at once
            for talker in (a, b):
                assert names(await talker.take("pres", n=3)) == ["Ann", "Ben", "Cleo"]
            for shown, seen in ((False, ["Ann", "Cleo"]), (True, ["Ann", "Ben", "Cleo"])):
                await run(change_details, account=ben, name="Ben", language="en", shows_presence=shown)
                for talker in (a, b):
                    assert names(await talker.take("pres", n=len(seen))) == seen


def names(frame: dict[str, Any]) -> list[str]:
    return [somebody["name"] for somebody in frame["ids"]]


async def test_a_bus_that_was_never_there_leaves_the_sweep_to_deliver(
    dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, ann = await run(room), await run(person)
    monkeypatch.setattr(bus, "publish", lambda topic, payload: None)
    a = await dial(await run(person))
    await a.enter(where.pk)
    await run(say, ann, where)
    assert (await a.take("ev", within=6.5))["seq"] == 1
