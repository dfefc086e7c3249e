"""Simulated visitors for demos: the demo's people over real sockets, who type, speak in the demo's own pieces, stamp, and go.

They are polite: each speaks a few times a minute at most, and all of them end when their time is over.
"""

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from accounts.models import User
from accounts.sessions import SessionStore
from community.chat.protocol import STAMPS
from community.demo_crowd import WHO_WERE_HERE
from community.demo_groups import OF_GROUP, pieces
from community.demo_pieces import Exchange, speak
from community.models import Room

BACKEND = "django.contrib.auth.backends.ModelBackend"
BETWEEN = (6.0, 20.0)  # seconds between two exchanges
TYPING = (2.0, 7.0)  # seconds that somebody types: at least and at most
ANSWER = 10.0  # seconds to wait for an ack


class NotHere(RuntimeError):
    """Visitors are for demos: never where real people are."""


@dataclass(slots=True)
class Guest:
    """One of them: the account, its session and its socket."""

    account: User
    session: str
    line: ClientConnection
    spoke: int = 0

    @property
    def chinese(self) -> bool:
        return self.account.language != "en"


async def visit(*, people: int, minutes: float, address: str, seed: int = 0) -> int:
    """So many visitors for so long, at the site's socket (`ws://…/ws/chat/`); answers how many messages they said.

    Raises NotHere in production, OSError when nobody answers there.
    """
    if settings.ENVIRONMENT.production:
        raise NotHere("Visitors are for demos.")
    dice = random.Random(seed)  # noqa: S311 - talk, not secrets
    rooms = await sync_to_async(_rooms)()
    chosen = await sync_to_async(_chosen)(people, dice)
    guests: list[Guest] = []
    try:
        for account, session in chosen:
            guests.append(Guest(account, session, await _line(address, session)))
        return await _talk(guests, rooms, dice, asyncio.get_running_loop().time() + minutes * 60)
    finally:
        for guest in guests:
            await guest.line.close()
        await sync_to_async(_leave)([session for _account, session in chosen])


def _rooms() -> list[Room]:
    """Open ones, where anybody with an account may speak."""
    rows = Room.objects.filter(read_key__in=("", "account"), write_key__in=("", "account"), state="open", group__entry="open",
                               group__slug__in=OF_GROUP, group__listed=True)  # fmt: skip
    return list(rows.select_related("group").order_by("pk"))


def _chosen(people: int, dice: random.Random) -> list[tuple[User, str]]:
    """Accounts with a session each, made here: nobody types a password."""
    known = list(User.objects.filter(email__endswith=WHO_WERE_HERE, is_active=True).order_by("email"))
    return [(account, _session(account)) for account in dice.sample(known, min(people, len(known)))]


def _session(account: User) -> str:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(account.pk), BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    return store.session_key or ""


def _leave(sessions: Sequence[str]) -> None:
    for key in sessions:
        SessionStore().delete(key)


async def _line(address: str, session: str) -> ClientConnection:
    origin = settings.YAJI_ORIGINS[0]
    return await connect(
        address, origin=origin, additional_headers={"Cookie": f"sessionid={session}"}, compression=None
    )  # type: ignore[arg-type]


async def _talk(guests: Sequence[Guest], rooms: Sequence[Room], dice: random.Random, end: float) -> int:
    """One exchange after the other until the time is over."""
    loop, here = asyncio.get_running_loop(), list(guests)
    listening = [asyncio.create_task(_drain(guest)) for guest in guests]
    try:
        while loop.time() < end and here and rooms:
            room = dice.choice(rooms)
            try:
                await _exchange(here, room, dice, end)
            except ConnectionClosed:  # one of them was cut off: the others go on talking
                here = [guest for guest in here if guest.line.state is State.OPEN]
            await asyncio.sleep(min(dice.uniform(*BETWEEN), max(0.0, end - loop.time())))
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    return sum(guest.spoke for guest in guests)


_acks: dict[str, asyncio.Future[dict[str, Any]]] = {}


async def _drain(guest: Guest) -> None:
    """Read what comes, keep the line alive, hand acks to whoever waits for them."""
    with contextlib.suppress(Exception):
        async for text in guest.line:
            frame = json.loads(text)
            if frame["t"] == "hb":
                await guest.line.send('{"t":"hb"}')
            waiting = _acks.pop(f"{guest.session}:{frame.get('id')}", None) if frame["t"] in ("ok", "err") else None
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)


async def _exchange(guests: Sequence[Guest], room: Room, dice: random.Random, end: float) -> None:
    """Some of them sit down in a room and talk over one of its pieces; then they leave it, or stay and listen."""
    loop = asyncio.get_running_loop()
    found = _cast(guests, pieces(room.group.slug, room.slug), dice, timezone.localtime())
    if found is None:
        return
    exchange, who = found
    for guest in who.values():
        await guest.line.send(json.dumps({"t": "sub", "id": 1, "rooms": [{"r": room.pk, "after": room.last_seq}]}))
    said_here: list[int | None] = []
    for spoken in speak(exchange, dice, timezone.localtime(), {key: g.account.name for key, g in who.items()}):
        guest = who[spoken.who]
        if loop.time() > end or spoken.gone:
            return
        await guest.line.send(json.dumps({"t": "typing", "r": room.pk}))
        await asyncio.sleep(min(TYPING[0] + len(spoken.text) / 25, TYPING[1]))
        answers = said_here[spoken.answers] if spoken.answers is not None else None
        mid = await _say(guest, room.pk, spoken.text, answers)
        said_here.append(mid)
        others = [g for g in who.values() if g is not guest]
        if mid and spoken.stamps and others and dice.random() < 0.5:
            await _ask(dice.choice(others), {"t": "react", "mid": mid, "stamp": dice.choice(STAMPS), "on": True})


def _cast(
    guests: Sequence[Guest], known: Sequence[Exchange], dice: random.Random, now: datetime
) -> tuple[Exchange, Mapping[str, Guest]] | None:
    """A piece that these people can have, and who says what; None when there is none."""
    for exchange in dice.sample(known, len(known)):
        left, who = list(guests), dict[str, Guest]()
        for key in exchange.people:
            able = [g for g in left if g.chinese is (exchange.tongue(key) == "zh")]
            if able:
                who[key] = dice.choice(able)
                left.remove(who[key])
        if len(who) == len(exchange.people) and exchange.suits(now.month) and not exchange.newcomer:
            return exchange, who
    return None


async def _say(guest: Guest, room_id: int, text: str, reply: int | None) -> int | None:
    frame = {"t": "send", "r": room_id, "cid": str(uuid.uuid4()), "body": text, **({"reply": reply} if reply else {})}
    answer = await _ask(guest, frame)
    if answer.get("t") != "ok":
        return None
    guest.spoke += 1
    return int(answer["mid"])


async def _ask(guest: Guest, frame: Mapping[str, Any]) -> dict[str, Any]:
    """Send it and wait for its ack; empty when none comes."""
    number = random.getrandbits(40)
    key = f"{guest.session}:{number}"
    _acks[key] = asyncio.get_running_loop().create_future()
    extra = {"cid": str(uuid.uuid4())} if frame["t"] == "react" else {}
    await guest.line.send(json.dumps({**frame, **extra, "id": number}))
    try:
        return await asyncio.wait_for(_acks[key], ANSWER)
    except TimeoutError:
        _acks.pop(key, None)
        return {}
