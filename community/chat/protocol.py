"""The chat protocol: every frame, limit and code in one typed, pure file.

In: the text of a client's frame, parsed by `parse` into one of the frozen classes below or refused with
`BadFrame`. Out: JSON text made by the functions at the end. A sample of each frame lies in
`tests/samples/frames/`, read by the Python tests and by the tests of the browser client.
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

VERSION = 1
HEARTBEAT_SECONDS = 25
MAX_FRAME_BYTES = 64 * 1024
MAX_BODY = 4000
MAX_ATTACHED = 6
MAX_ROOMS_PER_SUB = 64
MAX_DEPTH = 8
FRAMES_PER_WINDOW = 20
WINDOW_SECONDS = 10
MAX_SOCKETS_PER_MEMBER = 10
MAX_CATCH_UP = 500
QUEUE_FRAMES = 256
QUEUE_BYTES = 1024 * 1024
SLOW_WRITE_SECONDS = 30
TYPING_SECONDS = 3
PRESENCE_NAMES = 50
MAX_ID = 2**53 - 1
STAMPS = ("妙", "善", "茶", "问", "听")


class Close(IntEnum):
    """Close codes of a socket."""

    RESTART = 1012
    NOT_SIGNED_IN = 4001
    BANNED = 4003
    SLOW = 4008
    REPLACED = 4009
    STATE_LOST = 4010
    FLOODING = 4029
    PROTOCOL = 4400
    FOREIGN_ORIGIN = 4403


class Code(StrEnum):
    """Codes of an `err` frame. `RETRYABLE` ones may be sent again with the same cid."""

    BAD = "bad"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CLOSED = "closed"
    OVERDUE = "overdue"
    BARRED = "barred"
    LIMIT = "limit"
    WORDS = "words"
    QUIET = "quiet"
    NEWCOMER = "newcomer"
    SLOW = "slow"
    FLOOD = "flood"
    SIGN_IN = "sign_in"
    SERVER = "server"


RETRYABLE = frozenset({Code.SLOW, Code.FLOOD, Code.SERVER})


class Kind(StrEnum):
    """Kinds of a numbered event (`k` of an `ev` frame)."""

    MESSAGE = "msg"
    EDIT = "edit"
    DELETE = "del"
    HIDE = "hide"
    SHOW = "show"
    REACT = "react"
    PIN = "pin"
    PART = "part"
    ROOM = "room"


class BadFrame(Exception):
    """A frame that cannot be understood. `fatal` closes the socket, otherwise an `err` answers `id`."""

    def __init__(self, why: str, *, code: Code = Code.BAD, id: int | None = None, fatal: bool = True) -> None:
        super().__init__(why)
        self.why, self.code, self.id, self.fatal = why, code, id, fatal


@dataclass(frozen=True, slots=True)
class SubRoom:
    r: int
    epoch: str | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Sub:
    id: int
    rooms: tuple[SubRoom, ...]


@dataclass(frozen=True, slots=True)
class Send:
    id: int
    r: int
    cid: uuid.UUID
    body: str
    reply: int | None = None
    thread: int | None = None
    att: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    id: int
    cid: uuid.UUID
    mid: int
    body: str


@dataclass(frozen=True, slots=True)
class Delete:
    id: int
    cid: uuid.UUID
    mid: int


@dataclass(frozen=True, slots=True)
class React:
    id: int
    cid: uuid.UUID
    mid: int
    stamp: str
    on: bool


@dataclass(frozen=True, slots=True)
class Pin:
    id: int
    cid: uuid.UUID
    mid: int
    on: bool


@dataclass(frozen=True, slots=True)
class Read:
    r: int
    no: int


@dataclass(frozen=True, slots=True)
class Typing:
    r: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    pass


ClientFrame = Sub | Send | Edit | Delete | React | Pin | Read | Typing | Heartbeat


def parse(text: str) -> ClientFrame:
    """The client's frame. Raises BadFrame; never anything else, whatever the text."""
    if len(text) > MAX_FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise BadFrame("frame larger than 64 KB")
    raw = _load(text)
    kind = raw.get("t")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise BadFrame("unknown frame type")
    return reader(raw)


def _load(text: str) -> dict[str, Any]:
    if _depth(text) > MAX_DEPTH:
        raise BadFrame("frame nested too deeply")
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("not JSON") from error
    if not isinstance(raw, dict):
        raise BadFrame("not an object")
    return raw


_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def _depth(text: str) -> int:
    """Deepest nesting, without parsing: json.loads recurses, so depth is refused before it."""
    depth = deepest = 0
    for char in _STRINGS.sub("", text):
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _int(raw: Mapping[str, Any], key: str, *, default: int | None = None) -> int:
    value = raw.get(key, default)
    if type(value) is not int or not 0 <= value <= MAX_ID:
        raise BadFrame(f"{key}: whole number expected", id=_id_of(raw), fatal=False)
    return value


def _id_of(raw: Mapping[str, Any]) -> int | None:
    value = raw.get("id")
    return value if type(value) is int and 0 <= value <= MAX_ID else None


def _optional(raw: Mapping[str, Any], key: str) -> int | None:
    return None if raw.get(key) is None else _int(raw, key)


def _bool(raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key)
    if not isinstance(value, bool):
        raise BadFrame(f"{key}: true or false expected", id=_id_of(raw), fatal=False)
    return value


def _cid(raw: Mapping[str, Any]) -> uuid.UUID:
    value = raw.get("cid")
    if not isinstance(value, str) or len(value) != 36:
        raise BadFrame("cid: UUID expected", id=_id_of(raw), fatal=False)
    try:
        return uuid.UUID(value)
    except ValueError as error:
        raise BadFrame("cid: UUID expected", id=_id_of(raw), fatal=False) from error


def clean_body(body: object, *, id: int | None = None, bare: bool = False) -> str:
    """The text of a message: trimmed, no control characters, 1 (0 if `bare`) to MAX_BODY of them. Raises BadFrame."""
    if not isinstance(body, str):
        raise BadFrame("body: text expected", id=id, fatal=False)
    kept = "".join(c for c in body.replace("\r\n", "\n") if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff"))
    kept = kept.strip()
    if not kept and not bare:
        raise BadFrame("body is empty", code=Code.EMPTY, id=id, fatal=False)
    if len(kept) > MAX_BODY:
        raise BadFrame(f"body longer than {MAX_BODY} characters", code=Code.TOO_LONG, id=id, fatal=False)
    return kept


def _sub(raw: dict[str, Any]) -> Sub:
    rooms = raw.get("rooms")
    if not isinstance(rooms, list) or not 0 < len(rooms) <= MAX_ROOMS_PER_SUB:
        raise BadFrame(f"rooms: 1 to {MAX_ROOMS_PER_SUB} expected", id=_id_of(raw), fatal=False)
    return Sub(_int(raw, "id"), tuple(_sub_room(room, raw) for room in rooms))


def _sub_room(room: object, raw: dict[str, Any]) -> SubRoom:
    if not isinstance(room, dict):
        raise BadFrame("rooms: objects expected", id=_id_of(raw), fatal=False)
    epoch = room.get("epoch")
    if epoch is not None and not isinstance(epoch, str):
        raise BadFrame("epoch: text expected", id=_id_of(raw), fatal=False)
    return SubRoom(_int(room, "r"), epoch, _optional(room, "after"))


def _send(raw: dict[str, Any]) -> Send:
    id = _int(raw, "id")
    att = _att(raw)
    body = clean_body(raw.get("body"), id=id, bare=bool(att))
    return Send(id, _int(raw, "r"), _cid(raw), body, _optional(raw, "reply"), _optional(raw, "thread"), att)


def _att(raw: dict[str, Any]) -> tuple[int, ...]:
    found = raw.get("att", [])
    if not isinstance(found, list) or len(found) > MAX_ATTACHED:
        raise BadFrame(f"att: at most {MAX_ATTACHED} expected", id=_id_of(raw), fatal=False)
    return tuple(_int({"att": one, "id": raw.get("id")}, "att") for one in found)


def _edit(raw: dict[str, Any]) -> Edit:
    id = _int(raw, "id")
    return Edit(id, _cid(raw), _int(raw, "mid"), clean_body(raw.get("body"), id=id))


def _react(raw: dict[str, Any]) -> React:
    stamp = raw.get("stamp")
    if stamp not in STAMPS:
        raise BadFrame("unknown stamp", id=_id_of(raw), fatal=False)
    return React(_int(raw, "id"), _cid(raw), _int(raw, "mid"), stamp, _bool(raw, "on"))


_READERS: dict[str, Callable[[dict[str, Any]], ClientFrame]] = {
    "sub": _sub,
    "send": _send,
    "edit": _edit,
    "del": lambda raw: Delete(_int(raw, "id"), _cid(raw), _int(raw, "mid")),
    "react": _react,
    "pin": lambda raw: Pin(_int(raw, "id"), _cid(raw), _int(raw, "mid"), _bool(raw, "on")),
    "read": lambda raw: Read(_int(raw, "r"), _int(raw, "no")),
    "typing": lambda raw: Typing(_int(raw, "r")),
    "hb": lambda raw: Heartbeat(),
}


def dump(frame: Mapping[str, Any]) -> str:
    """Compact JSON with sorted keys: the same event gives the same bytes whichever process encodes it."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def hello(conn: str, now: str) -> str:
    limits = {
        "body": MAX_BODY,
        "frame": MAX_FRAME_BYTES,
        "frames": FRAMES_PER_WINDOW,
        "window": WINDOW_SECONDS,
        "rooms": MAX_ROOMS_PER_SUB,
    }
    return dump({"t": "hello", "conn": conn, "v": VERSION, "hb": HEARTBEAT_SECONDS, "limits": limits, "now": now})


def room(r: int, epoch: str, head: int, state: str, can: Sequence[str]) -> str:
    return dump({"t": "room", "r": r, "epoch": epoch, "head": head, "state": state, "can": list(can)})


def evs(r: int, start: int, to: int, events: Sequence[Mapping[str, Any]]) -> str:
    """A catch-up: every event from `start` to `to`, both included, without a hole."""
    return dump({"t": "evs", "r": r, "from": start, "to": to, "list": list(events)})


def live(r: int, seq: int) -> str:
    return dump({"t": "live", "r": r, "seq": seq})


def reset(r: int, epoch: str, head: int, why: str) -> str:
    return dump({"t": "reset", "r": r, "epoch": epoch, "head": head, "why": why})


def ok(
    id: int, r: int, seq: int, *, no: int | None = None, mid: int | None = None, at: str = "", **more: object
) -> str:  # fmt: skip
    """An ack, after commit. `more`: `dup` it was there already, `unseen` names of those who cannot see the room."""
    frame = {"t": "ok", "id": id, "r": r, "seq": seq, "no": no, "mid": mid, "at": at}
    return dump({**frame, **{key: value for key, value in more.items() if value}})


def held(id: int, r: int) -> str:
    """The ack of a message that is in the database and waits for a moderator: no number yet, so G4 does not count it."""
    return dump({"t": "ok", "id": id, "r": r, "seq": None, "no": None, "mid": None, "at": "", "held": True})


def err(id: int | None, code: Code, *, after: int | None = None) -> str:
    """A refusal. `after` is the number of seconds to wait, for the retryable codes."""
    frame: dict[str, Any] = {"t": "err", "id": id, "code": code.value, "retry": code in RETRYABLE}
    return dump({**frame, "after": after} if after is not None else frame)


def event(seq: int, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """One event as it stands in the list of an `evs` frame."""
    return {"seq": seq, "k": kind, "d": data}


def ev(r: int, seq: int, kind: str, data: Mapping[str, Any]) -> str:
    return dump({"t": "ev", "r": r, **event(seq, kind, data)})


def eph(r: int, typing: Sequence[Mapping[str, str]], n: int) -> str:
    return dump({"t": "eph", "r": r, "typing": list(typing), "n": n})


def pres(r: int, n: int, ids: Sequence[Mapping[str, str]] | None) -> str:
    """Who is here. `ids` are people with id and name, left out above PRESENCE_NAMES."""
    frame: dict[str, Any] = {"t": "pres", "r": r, "n": n}
    return dump({**frame, "ids": list(ids)} if ids is not None else frame)


def hb(heads: Mapping[int, int]) -> str:
    return dump({"t": "hb", "heads": {str(r): seq for r, seq in heads.items()}})


def unsub(r: int, why: str) -> str:
    return dump({"t": "unsub", "r": r, "why": why})


def can(r: int, words: Sequence[str]) -> str:
    """What this socket may do in a room has changed: a right came or went, a decision ended, a payment was mended."""
    return dump({"t": "can", "r": r, "can": list(words)})


def bye(after_ms: int) -> str:
    return dump({"t": "bye", "after_ms": after_ms})
