"""The wire: every frame has a sample, every sample is understood, and nothing else gets through."""

import contextlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.chat import protocol
from community.chat.protocol import BadFrame, Code
from tests.long import times

SAMPLES = Path(__file__).parent.parent / "samples" / "frames"
CLIENT = {path.stem: json.loads(path.read_text()) for path in sorted((SAMPLES / "client").glob("*.json"))}
SERVER = {path.stem: json.loads(path.read_text()) for path in sorted((SAMPLES / "server").glob("*.json"))}


def encoded(sample: dict[str, Any]) -> str:
    """The sample made by our own encoder from its own values."""
    s = sample
    match s["t"]:
        case "hello":
            return protocol.hello(s["conn"], s["now"])
        case "room":
            return protocol.room(s["r"], s["epoch"], s["head"], s["state"], s["can"])
        case "evs":
            return protocol.evs(s["r"], s["from"], s["to"], s["list"])
        case "ok":
            return protocol.ok(s["id"], s["r"], s["seq"], no=s["no"], mid=s["mid"], at=s["at"], dup=s.get("dup", False))
        case "err":
            return protocol.err(s["id"], Code(s["code"]), after=s.get("after"))
        case "ev":
            return protocol.ev(s["r"], s["seq"], s["k"], s["d"])
        case "hb":
            return protocol.hb({int(r): seq for r, seq in s["heads"].items()})
        case "pres":
            return protocol.pres(s["r"], s["n"], s.get("ids"))
        case kind:
            return getattr(protocol, kind)(*[value for key, value in s.items() if key != "t"])


@pytest.mark.parametrize("name", SERVER)
def test_every_server_frame_is_encoded_as_its_sample_says(name: str) -> None:
    assert json.loads(encoded(SERVER[name])) == SERVER[name]


@pytest.mark.parametrize("name", CLIENT)
def test_every_client_frame_is_parsed_from_its_sample(name: str) -> None:
    frame = protocol.parse(json.dumps(CLIENT[name]))
    assert type(frame).__name__.lower()[:3] == {"hb": "heartbeat"}.get(name, name)[:3]


def test_every_client_frame_has_a_sample() -> None:
    assert set(protocol._READERS) == {sample["t"] for sample in CLIENT.values()}
    assert set(protocol.Kind) == {sample["k"] for sample in SERVER.values() if sample["t"] == "ev"}


def test_a_send_keeps_its_cid_and_its_trimmed_words() -> None:
    frame = protocol.parse(json.dumps({**CLIENT["send"], "body": "  先听。\r\n\x00 "}))
    assert isinstance(frame, protocol.Send)
    assert frame.body == "先听。"
    assert frame.cid == uuid.UUID(CLIENT["send"]["cid"])


@pytest.mark.parametrize(
    "change",
    [
        {"r": -1}, {"r": "3"}, {"r": True}, {"r": 2**60}, {"r": 1.5}, {"cid": "x"}, {"cid": 7}, {"cid": None},
        {"body": None}, {"body": ["a"]}, {"body": "   "}, {"body": "a" * 4001}, {"reply": "1"},
    ],
)  # fmt: skip
def test_a_send_with_a_wrong_field_is_answered_by_its_id_and_not_fatal(change: dict[str, Any]) -> None:
    with pytest.raises(BadFrame) as caught:
        protocol.parse(json.dumps({**CLIENT["send"], **change}))
    assert (caught.value.fatal, caught.value.id) == (False, CLIENT["send"]["id"])


@pytest.mark.parametrize(
    "text",
    ["", "x", "null", "[]", "1", '"send"', "{}", '{"t":"drop"}', '{"t":["send"]}', "[" * 60000, '{"a":' * 9000,
     "9" * 5000, '{"t":"hb","x":"' + "a" * 70000 + '"}', '{"t":"hb","n":NaN', '{"t": "sub", "id": 1, "rooms": []', "\ud800"],
)  # fmt: skip
def test_what_is_not_a_frame_is_fatal_and_nothing_worse(text: str) -> None:
    with pytest.raises(BadFrame) as caught:
        protocol.parse(text)
    assert caught.value.fatal


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=times(150), deadline=None)
@given(kind=st.sampled_from(sorted(protocol._READERS)), extra=st.dictionaries(
    st.sampled_from(["id", "r", "cid", "body", "reply", "mid", "stamp", "on", "no", "rooms"]), json_values))  # fmt: skip
def test_random_fields_are_parsed_or_refused_never_anything_else(kind: str, extra: dict[str, Any]) -> None:
    with contextlib.suppress(BadFrame):
        protocol.parse(json.dumps({"t": kind, **extra}))


def test_the_same_event_gives_the_same_bytes_after_a_trip_through_the_database() -> None:
    data = SERVER["ev-msg"]["d"]
    shuffled = dict(reversed(list(data.items())))
    assert protocol.ev(3, 41, "msg", data) == protocol.ev(3, 41, "msg", json.loads(json.dumps(shuffled)))
