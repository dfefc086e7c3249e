"""The promise of the protocol, tried at random: after any sequence of acts over a bus that drops, doubles and reorders,
every client's state is the room's own (G2), and nobody was told a number twice or out of order."""

import asyncio
import json
import random
import uuid
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from community import actions
from community.chat import bus as bus_module
from community.chat import reads
from community.chat.data import snapshot
from community.chat.database import run
from community.chat.hub import Hub
from community.chat.outlet import Outlet
from community.chat.protocol import SubRoom
from community.chat.subscribing import subscribe
from community.enums import Reason
from community.models import Message, Room, Sanction
from community.moderation.actions import hide_message
from community.moderation.sanctions import lift
from community.refusals import Refused
from tests.community.replay import apply
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.long import times


class Misbehaving:
    """A bus that loses, doubles and reorders what it carries."""

    def __init__(self, dice: random.Random) -> None:
        self.dice, self.held = dice, []  # type: ignore[var-annotated]

    async def start(self, on_message: Any, on_reconnect: Any) -> None:
        self.on_message = on_message

    async def subscribe(self, topic: str) -> None: ...
    async def unsubscribe(self, topic: str) -> None: ...
    async def publish(self, topic: str, payload: str) -> None: ...
    async def stop(self) -> None: ...

    def carry(self, topic: str, payload: str) -> None:
        self.held += [(topic, payload)] * self.dice.choice([0, 1, 1, 1, 2])
        if self.dice.random() < 0.6:
            self.let_go()

    def let_go(self) -> None:
        self.dice.shuffle(self.held)
        for topic, payload in self.held:
            self.on_message(topic, payload)
        self.held = []


class Reader:
    """A client: a socket that may be cut, a snapshot, and what it has been told since."""

    def __init__(self, hub: Hub, account: User, where: Room, start: dict[str, Any]) -> None:
        self.hub, self.account, self.where, self.state = hub, account, where, start
        self.outlet: Outlet | None = None

    async def come(self) -> None:
        if self.outlet is not None:
            return
        self.outlet = Outlet(self.take, conn="x", account_id=self.account.pk, person=None)
        self.hub.join(self.outlet)
        await subscribe(self.hub, self.outlet, SubRoom(self.where.pk, str(self.where.epoch), self.state["seq"]))

    async def go(self) -> None:
        if self.outlet is not None:
            await settle()
            self.hub.leave(self.outlet)
            self.outlet.abandon()
            self.outlet = None

    async def take(self, message: dict[str, Any]) -> None:
        frame = json.loads(message["text"])
        for event in frame["list"] if frame["t"] == "evs" else [frame] if frame["t"] == "ev" else []:
            assert event["seq"] == self.state["seq"] + 1, "told twice, out of order, or with a hole"
            self.state = apply(self.state, event)


async def settle(hub: Hub | None = None) -> None:
    """Let sockets write; with a hub, let its repairs end first."""
    while hub is not None and hub._tasks:
        await asyncio.gather(*hub._tasks)
    for _ in range(8):
        await asyncio.sleep(0)


def act(kind: str, pick: int, people: list[User], mod: User, where: Room) -> None:
    """One act by one of the people on one of the messages; a refusal is an answer too."""
    actor = people[pick % len(people)]
    messages = list(Message.objects.filter(room=where).order_by("pk"))
    target = messages[pick % len(messages)] if messages else None
    try:
        if kind == "send" or target is None:
            say(actor, where, f"*{pick}*", reply_to=target.pk if target and pick % 2 else None)
        elif kind == "under":
            say(actor, where, f"under {pick}", thread=target.pk)
        elif kind == "part":
            actions.set_parts(message_id=target.pk, change=lambda parts: [*parts, {"kind": "x", "id": len(parts)}][-2:])
        elif kind == "edit":
            actions.edit_message(actor=actor, message_id=target.pk, cid=uuid.uuid4(), body=f"edited {pick}")
        elif kind == "delete":
            actions.delete_message(actor=actor, message_id=target.pk)
        elif kind == "react":
            actions.react(actor=actor, message_id=target.pk, stamp="妙", on=pick % 3 > 0)
        elif kind == "pin":
            actions.pin_message(actor=mod, message_id=target.pk, on=pick % 2 == 0)
        elif kind == "hide":
            hide_message(actor=mod, message_id=target.pk, reason=Reason.SPAM)
        elif kind == "show":
            for row in Sanction.objects.filter(message=target, lifted_at=None):
                lift(actor=mod, sanction_id=row.pk)
    except Refused:
        pass


STEP = st.tuples(
    st.sampled_from(
        [
            "send",
            "send",
            "send",
            "under",
            "under",
            "part",
            "edit",
            "delete",
            "react",
            "react",
            "pin",
            "hide",
            "show",
            "cut",
            "come",
            "sweep",
        ]
    ),
    st.integers(0, 11),
)


async def live_through(steps: list[tuple[str, int]], seed: int) -> None:
    bus = Misbehaving(random.Random(seed))
    hub = Hub(bus)  # type: ignore[arg-type]
    await bus.start(hub.on_message, hub.on_reconnect)
    where, people, mod, start = await run(set_up)
    readers = [Reader(hub, account, where, start) for account in people]
    loop = asyncio.get_running_loop()
    with patch.object(bus_module, "publish", lambda *hint: loop.call_soon_threadsafe(bus.carry, *hint)):
        await play(steps, hub, readers, lambda kind, pick: act(kind, pick, people, mod, where))
    bus.let_go()
    for reader in readers:
        await reader.come()
    await hub.sweep()
    await settle(hub)
    truth = await run(snapshot, where.pk)
    for reader in readers:
        assert reader.state == truth
        await reader.go()


def set_up() -> tuple[Room, list[User], User, dict[str, Any]]:
    where, people = room(), [person(f"Person {n}") for n in range(3)]
    return where, people, moderator(where, person("Moderator")), snapshot(where.pk)


async def play(steps: list[tuple[str, int]], hub: Hub, readers: list["Reader"], do: Any) -> None:
    for reader in readers[:2]:
        await reader.come()
    for kind, pick in steps:
        if kind == "cut":
            await readers[pick % 3].go()
        elif kind == "come":
            await readers[pick % 3].come()
        elif kind == "sweep":
            await hub.sweep()
        else:
            await run(do, kind, pick)
        await settle()


@settings(
    max_examples=times(25), deadline=None, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEP, min_size=5, max_size=25), seed=st.integers(0, 2**16))
def test_every_client_ends_with_the_rooms_own_state(steps: list[tuple[str, int]], seed: int, threads: None) -> None:
    asyncio.run(live_through(steps, seed))


@pytest.mark.django_db
def test_a_catch_up_is_whole_or_not_at_all() -> None:
    where, ann = room(), person()
    for _ in range(3):
        say(ann, where)
    assert [e["seq"] for e in reads.events_after(where.pk, 1, None).events or []] == [2, 3]
    where.events.filter(seq=2).delete()
    assert reads.events_after(where.pk, 1, None).events is None
