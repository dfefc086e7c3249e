"""The socket over a real port: sending, resuming, rights, and everything that a client can do wrong."""

import asyncio
import json
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from websockets.exceptions import InvalidStatus

from accounts.models import User
from community.actions import react
from community.chat.database import run
from community.chat.hub import the_hub
from community.chat.protocol import Close
from community.enums import Reason
from community.models import Message, Room
from community.moderation.actions import hide_message
from ground import clock
from membership.actions import Source, grant, revoke
from tests.community.wire import Dial
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.factories.membership import tiers

PAID = Source("test", "paid")


def pay(account: User, key: str = "rooms:members", seconds: float | None = None) -> None:
    ends = clock.now() + timedelta(seconds=seconds) if seconds is not None else None
    grant(account=account, key=key, source=PAID, ends=ends, actor="test")


def downgrade(account: User) -> None:
    """As a change of plan does: the lower tier comes and the higher one goes in one commit."""
    with transaction.atomic():
        grant(account=account, key="tier:friend", source=PAID, actor="test")
        revoke(account=account, source=PAID, actor="test", key="tier:companion")


async def test_what_one_says_everybody_hears_and_the_sender_is_acked_after_commit(dial: Dial) -> None:
    where, ann, ben = await run(room), await run(person), await run(person)
    a, b = await dial(ann), await dial(ben)
    await a.enter(where.pk)
    await b.enter(where.pk)
    ok = await a.say(where.pk, "先听。")
    assert await run(lambda: Message.objects.get(pk=ok["mid"]).body) == "先听。"
    heard = await b.take("ev", k="msg")
    assert (heard["seq"], heard["d"]["mid"], heard["d"]["html"]) == (ok["seq"], ok["mid"], "<p>先听。</p>")


async def test_the_same_bytes_reach_everybody(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a, b = await dial(ann), await dial(await run(person))
    await a.enter(where.pk)
    await b.enter(where.pk)
    await run(say, ann, where)
    assert await a.take("ev") == await b.take("ev")


async def test_a_cid_sent_twice_is_acked_twice_and_said_once(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(ann)
    await a.enter(where.pk)
    cid = str(uuid.uuid4())
    first, second = await a.say(where.pk, cid=cid, id=5), await a.say(where.pk, cid=cid, id=6)
    assert (second["mid"], second["seq"], second["dup"]) == (first["mid"], first["seq"], True)
    assert await run(Message.objects.count) == 1


async def test_a_client_that_was_away_catches_up_by_number(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    sent = [await run(say, ann, where, f"Number {n}") for n in range(5)]
    await run(react, actor=ann, message_id=sent[0].message.pk, stamp="妙", on=True)
    b = await dial(await run(person))
    live = await b.enter(where.pk, after=2, epoch=str(where.epoch))
    assert live["seq"] == 6 and b.events == [3, 4, 5, 6]


async def test_too_far_behind_another_epoch_or_from_the_future_is_a_reset_and_never_a_part(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    await run(say, ann, where)
    a = await dial(ann)
    for after, epoch, why in ((0, str(uuid.uuid4()), "epoch"), (99, str(where.epoch), "ahead")):
        await a.send(t="sub", id=1, rooms=[{"r": where.pk, "after": after, "epoch": epoch}])
        assert (await a.take("reset"))["why"] == why
    await run(lambda: Room.objects.filter(pk=where.pk).update(last_seq=700))
    await a.send(t="sub", id=1, rooms=[{"r": where.pk, "after": 1}])
    assert (await a.take("reset"))["why"] == "behind"
    assert a.events == []


async def test_a_lost_hint_is_found_by_the_next_one(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann, ben = await run(room), await run(person), await run(person)
    b = await dial(ben)
    await b.enter(where.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr("community.chat.bus.MemoryBus.publish_now", lambda topic, payload: None)
        await run(say, ann, where, "lost")
    await run(say, ann, where, "found")
    await b.take("ev", seq=2)
    assert b.events == [1, 2]


async def test_a_lost_last_hint_is_found_by_the_sweep(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann = await run(room), await run(person)
    b = await dial(await run(person))
    await b.enter(where.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr("community.chat.bus.MemoryBus.publish_now", lambda topic, payload: None)
        await run(say, ann, where, "lost")
    await the_hub().sweep()
    assert (await b.take("ev"))["seq"] == 1


async def test_a_lapse_shuts_a_gated_room_within_a_second_and_says_why(dial: Dial) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    await run(pay, ann, seconds=1.0)
    a = await dial(ann)
    await a.enter(where.pk)
    assert (await a.take("unsub", within=2.0))["why"] == "ended"
    keeper = await run(lambda: moderator(where, person()))
    await run(say, keeper, where, "after the lapse")
    with pytest.raises(TimeoutError):
        await a.take("ev", within=0.4)


async def test_a_revoked_right_shuts_the_room_within_a_second_of_the_commit(dial: Dial) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    public = await run(room, read_key="")
    await run(pay, ann)
    a = await dial(ann)
    await a.enter(where.pk)
    await a.enter(public.pk)
    await run(revoke, account=ann, source=PAID, actor="test")
    assert (await a.take("unsub", within=1.0))["r"] == where.pk
    await run(say, await run(person), public, "still here")
    assert (await a.take("ev"))["r"] == public.pk


async def test_a_downgrade_shuts_the_higher_tier_s_room_within_a_second_of_the_commit(dial: Dial) -> None:
    await run(tiers)
    high, low, ann = (
        await run(room, read_key="rooms:companion"),
        await run(room, read_key="rooms:members"),
        await run(person),
    )
    await run(grant, account=ann, key="tier:companion", source=PAID, actor="test")
    a = await dial(ann)
    await a.enter(high.pk)
    await a.enter(low.pk)
    await run(downgrade, ann)
    assert (await a.take("unsub", within=1.0))["r"] == high.pk
    await run(say, await run(lambda: moderator(low, person())), low, "still at the table")
    assert (await a.take("ev"))["r"] == low.pk


async def test_a_renewal_before_the_end_keeps_the_room(dial: Dial) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    await run(pay, ann, seconds=0.8)
    a = await dial(ann)
    await a.enter(where.pk)
    await run(grant, account=ann, key="rooms:members", source=Source("test", "renewal"), actor="test")
    with pytest.raises(TimeoutError):
        await a.take("unsub", within=1.4)


async def test_a_right_lost_without_a_word_is_found_by_the_sweep(dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann = await run(room, read_key="rooms:members"), await run(person)
    await run(pay, ann)
    a = await dial(ann)
    await a.enter(where.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr("community.chat.bus.MemoryBus.publish_now", lambda topic, payload: None)
        await run(revoke, account=ann, source=PAID, actor="test")
    await the_hub().watch.sweep()
    assert (await a.take("unsub"))["r"] == where.pk


async def test_a_room_that_staff_shut_to_strangers_is_shut_at_once(dial: Dial) -> None:
    where, ann = await run(room, read_key=""), await run(person)
    stranger, a = await dial(None), await dial(ann)
    await stranger.enter(where.pk)
    await a.enter(where.pk)
    where.read_key = "account"
    await run(where.save)
    assert (await stranger.take("unsub", within=1.0))["why"] == "changed"
    await run(say, ann, where)
    await a.take("ev")


async def test_business_time_that_jumps_over_the_end_shuts_the_room(dial: Dial) -> None:
    from ground.facts import clock_moved

    where, ann = await run(room, read_key="rooms:members"), await run(person)
    await run(pay, ann, seconds=3600)
    a = await dial(ann)
    await a.enter(where.pk)
    clock.use_offset(lambda: timedelta(hours=2))
    try:
        await run(clock_moved.send, sender=None, now=clock.now())
        assert (await a.take("unsub", within=1.0))["why"] == "ended"
    finally:
        clock.use_offset(None)


async def test_a_closed_account_is_sent_away_and_a_session_that_ended_closes_its_socket(dial: Dial) -> None:
    from importlib import import_module

    from django.conf import settings

    ann, ben = await run(person), await run(person)
    a, b = await dial(ann), await dial(ben)
    await run(lambda: User.objects.filter(pk=ann.pk).update(is_active=False, auth_epoch=9))
    session = next(o.session_key for o in the_hub().outlets if o.account_id == ben.pk)
    await run(import_module(settings.SESSION_ENGINE).SessionStore(session).delete)
    await the_hub().watch.sweep()
    assert await a.closed() == Close.BANNED
    assert await b.closed() == Close.NOT_SIGNED_IN


async def test_hidden_and_missing_rooms_answer_alike_and_locked_ones_tell_nothing(dial: Dial) -> None:
    hidden = await run(room, read_key="rooms:patron", listed=False)
    locked = await run(room, read_key="rooms:patron")
    await run(say, await run(lambda: moderator(locked, person())), locked, "a secret")
    a = await dial(await run(person))
    await a.send(t="sub", id=1, rooms=[{"r": r, "after": 0} for r in (hidden.pk, 987654, locked.pk)])
    answers = [(await a.take("unsub"))["why"] for _ in range(3)]
    assert answers == ["not_found", "not_found", "none"]
    await a.send(t="send", id=7, r=987654, cid=str(uuid.uuid4()), body="x")
    assert (await a.take("err"))["code"] == "not_found"
    await a.send(t="send", id=8, r=hidden.pk, cid=str(uuid.uuid4()), body="x")
    assert (await a.take("err"))["code"] == "not_found"
    assert "secret" not in json.dumps(a.seen)


async def test_strangers_listen_to_public_rooms_and_say_nothing(dial: Dial) -> None:
    public, closed = await run(room, read_key="", write_key="account"), await run(room)
    s = await dial(None)
    await s.enter(public.pk)
    await s.send(t="send", id=2, r=public.pk, cid=str(uuid.uuid4()), body="x")
    assert (await s.take("err"))["code"] == "sign_in"
    await s.send(t="sub", id=3, rooms=[{"r": closed.pk}])
    assert (await s.take("unsub"))["why"] == "anonymous"
    await run(say, await run(person), public)
    assert (await s.take("ev"))["r"] == public.pk


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:8001", "http://localhost:8000.evil.example", "null"]
)
async def test_a_foreign_origin_is_turned_away_before_the_handshake(dial: Dial, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(None, origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("junk", ["{", "[" * 30000, '{"t":"nothing"}', "x" * 70000, "7", b"\x00\x01"])
async def test_junk_closes_4400_with_a_word_and_touches_nobody_else(dial: Dial, junk: str | bytes) -> None:
    where, ann = await run(room), await run(person)
    a, b = await dial(ann), await dial(await run(person))
    await b.enter(where.pk)
    await a.socket.send(junk)
    assert await a.closed() == Close.PROTOCOL
    assert a.socket.close_reason
    await run(say, ann, where)
    assert (await b.take("ev"))["seq"] == 1


async def test_a_megabyte_is_refused(dial: Dial) -> None:
    a = await dial(await run(person))
    await a.socket.send('{"t":"send","body":"' + "a" * 1024 * 1024 + '"}')
    assert await a.closed() in (1009, Close.PROTOCOL)


async def test_too_many_frames_are_told_to_wait_and_then_closed(dial: Dial) -> None:
    a = await dial(await run(person))
    for _ in range(21):
        await a.send(t="react", id=1, cid=str(uuid.uuid4()), mid=1, stamp="妙", on=True)
    flood = await a.take("err", code="flood")
    assert flood["retry"] and 0 < flood["after"] <= 11
    for _ in range(30):
        await a.send(t="hb")
    assert await a.closed() == Close.FLOODING


async def test_the_eleventh_socket_of_a_member_replaces_the_oldest(dial: Dial) -> None:
    ann = await run(person)
    sockets = [await dial(ann) for _ in range(11)]
    assert await sockets[0].closed() == Close.REPLACED
    await sockets[1].send(t="hb")
    assert len(the_hub().accounts[ann.pk]) == 10


async def test_a_client_that_stops_reading_is_closed_4008_and_others_go_on(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    slow = await dial(ann, max_queue=1)
    quick = await dial(await run(person))
    await slow.enter(where.pk)
    await quick.enter(where.pk)
    outlet = next(o for o in the_hub().outlets if o.account_id == ann.pk)
    body = "x" * 4000
    for n in range(2000):
        the_hub().on_message(
            f"room:{where.pk}",
            f"{n + 1}\n" + json.dumps({"t": "ev", "r": where.pk, "seq": n + 1, "k": "msg", "d": {"html": body * 8}}),
        )
        if n % 20 == 0:
            await quick.take("ev", within=20, seq=n + 1)
        assert outlet.waiting[1] <= 1024 * 1024 + 40000
        if outlet.closed:
            break
    assert outlet.closed is Close.SLOW
    if n + 1 not in quick.events:  # the frame that closed the slow one may have been waited for above
        await quick.take("ev", within=20, seq=n + 1)
    assert quick.events == list(range(1, n + 2))


async def test_a_hidden_message_leaves_every_window_with_its_reason(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    mod = await run(lambda: moderator(where, person()))
    sent = await run(say, ann, where, "rude")
    b = await dial(await run(person))
    await b.enter(where.pk, after=1)
    await run(hide_message, actor=mod, message_id=sent.message.pk, reason=Reason.UNKIND)
    assert (await b.take("ev", k="hide"))["d"] == {"mid": sent.message.pk, "why": "unkind"}
    late = await dial(await run(person))
    await late.enter(where.pk, after=0)
    assert "rude" not in json.dumps(late.seen)


async def test_people_here_and_people_writing_are_told(dial: Dial) -> None:
    where = await run(room)
    ann, ben = await run(person, "Ann"), await run(person, "Ben")
    a, b = await dial(ann), await dial(ben)
    await a.enter(where.pk)
    await b.enter(where.pk)
    here = await a.take("pres", n=2)
    assert [p["name"] for p in here["ids"]] == ["Ann", "Ben"]
    await a.send(t="typing", r=where.pk)
    assert [p["name"] for p in (await b.take("eph", n=1))["typing"]] == ["Ann"]


async def test_frames_of_one_socket_are_said_in_their_order(dial: Dial) -> None:
    where, ann = await run(room), await run(person)
    a = await dial(ann)
    await a.enter(where.pk)
    for n in range(10):
        await a.send(t="send", id=n + 10, r=where.pk, cid=str(uuid.uuid4()), body=f"{n}")
    for n in range(10):
        await a.take("ok", id=n + 10)
    said = await run(lambda: list(Message.objects.order_by("no").values_list("body", flat=True)))
    assert said == [str(n) for n in range(10)]


async def test_a_drain_says_goodbye_and_when_to_come_back(dial: Dial) -> None:
    a = await dial(await run(person))
    the_hub().drain(3000)
    assert 0 <= (await a.take("bye"))["after_ms"] <= 3000
    assert await a.closed() == Close.RESTART
    await asyncio.sleep(0)
