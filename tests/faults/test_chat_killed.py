"""A web process killed at any line: what was acked is there, nothing is said twice, and everybody ends with the same room.

The client does what the browser's does: it comes back, resumes after the last number that it knows, and sends what was
never acked again with the same cid.
"""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from community.chat.data import snapshot
from community.chat.database import run
from community.models import Message, Room, RoomEvent
from tests.community import wire
from tests.community.conftest import threads  # noqa: F401 - a fixture
from tests.community.replay import apply
from tests.factories.accounts import person
from tests.factories.community import room, say

pytestmark = pytest.mark.postgres

PLACES = {
    "before the commit": "community.actions.writing.append_event before 4",
    "after the event was written, before the commit": "community.actions.writing.append_event after 4",
    "after the commit, before it is published": "community.chat.bus.publish before 4",
    "after it is published, before the ack": "community.chat.protocol.ok before 4",
    "in the middle of a catch-up": "community.chat.protocol.evs before 2",
    "while somebody is let in": "community.chat.reads.enter after 2",
}
SAID, BEFORE = 12, 3
ALL = BEFORE + 2 * SAID


@contextmanager
def server(mortal: str = "") -> Iterator[str]:
    """The application in a process of its own, on this test's database; its address."""
    inner = connection.settings_dict
    url = f"postgres://{inner['USER']}@{inner['HOST']}:{inner['PORT']}/{inner['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test",
           "MORTAL": mortal}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.chat_server"], env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield f"ws://127.0.0.1:{process.stdout.readline().strip()}/ws/chat/"
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout
        process.stdout.close()


class Client:
    """A writer and reader with an outbox: what it knows, and what it has not seen acked."""

    def __init__(self, where: Room) -> None:
        self.where = where
        self.state = snapshot(where.pk)
        self.epoch = str(where.epoch)
        self.outbox = [str(uuid.uuid4()) for _ in range(SAID)]
        self.acked: dict[str, int] = {}
        self.seen: list[int] = []

    async def live(self, talker: wire.Talker) -> None:
        """Resume, then send what waits, one at a time, until the server is gone or all is said."""
        try:
            await talker.enter(self.where.pk, self.state["seq"], self.epoch)
            self.take(talker)
            while self.outbox:
                cid = self.outbox[0]
                ok = await talker.say(self.where.pk, f"Word {cid}", cid)
                self.acked[cid] = ok["seq"]
                self.outbox.pop(0)
        except Exception:
            pass
        finally:
            self.take(talker)

    def take(self, talker: wire.Talker) -> None:
        """Apply what came, once, in order."""
        for frame in talker.seen:
            for event in frame["list"] if frame["t"] == "evs" else [frame] if frame["t"] == "ev" else []:
                if event["seq"] == self.state["seq"] + 1:
                    self.state = apply(self.state, event)
                    self.seen.append(event["seq"])
        talker.seen.clear()


@pytest.mark.parametrize("where", PLACES)
async def test_a_killed_process_loses_nothing_that_was_acked_and_doubles_nothing(where: str, threads: None) -> None:  # noqa: F811
    there, ann, ben = await run(room), await run(person), await run(person)
    clients = [await run(Client, there), await run(Client, there)]
    cleo = await run(person)
    for _ in range(BEFORE):  # so that both have something to catch up
        await run(say, cleo, there)
    with server(PLACES[where]) as address:
        async with wire.dialling(address) as dial:
            talkers = [await dial(account) for account in (ann, ben)]
            await asyncio.gather(*(client.live(talker) for client, talker in zip(clients, talkers, strict=True)))
    assert any(client.outbox for client in clients), "it was not killed while somebody wrote"
    with server() as address:
        async with wire.dialling(address) as dial:
            talkers = [await dial(account) for account in (ann, ben)]
            await asyncio.gather(*(client.live(talker) for client, talker in zip(clients, talkers, strict=True)))
            for client, talker in zip(clients, talkers, strict=True):
                while client.state["seq"] < ALL:
                    await talker.take("ev")
                    client.take(talker)
    await run(_compare, there, clients)


def _compare(there: Room, clients: list[Client]) -> None:
    truth = snapshot(there.pk)
    assert list(RoomEvent.objects.filter(room=there).order_by("seq").values_list("seq", flat=True)) == list(
        range(1, ALL + 1)
    )
    said = {str(cid): seq for cid, seq in Message.objects.filter(room=there).values_list("client_id", "rev")}
    assert len(said) == ALL, "each was said once"
    for client in clients:
        assert not client.outbox and client.seen == list(range(1, ALL + 1))
        assert all(said[cid] == seq for cid, seq in client.acked.items()), (
            "acked means in the database, under that number"
        )
        assert client.state == truth
