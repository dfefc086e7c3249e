"""Many messages of the past at once: as if each had been said; and the demo's pieces of talk."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from community import demo_text_days, demo_text_fire, demo_text_hand, demo_text_table, said
from community.actions.bulk import Item, import_messages
from community.chat.data import snapshot
from community.demo_pieces import Exchange, parse, speak
from community.markup import aliases
from community.models import Mention, Message, Room, RoomEvent, Seat
from tests.community import replay
from tests.factories.accounts import person
from tests.factories.community import room, say

pytestmark = pytest.mark.django_db
BEGAN = datetime(2025, 11, 3, 20, 0, tzinfo=UTC)
PIECES = [
    (name, text)
    for module in (demo_text_days, demo_text_fire, demo_text_hand, demo_text_table)
    for name, text in vars(module).items()
    if name.isupper()
]


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def an_evening() -> tuple[Room, list[Item]]:
    where, ann, ben, cleo = room(), person("Ann"), person("Ben"), person("Cleo")
    first, second, third, fourth, fifth = (uuid.uuid4() for _ in range(5))
    return where, [
        Item(fourth, cleo, at(4), "@Ann look at **this**.", answers=first, pinned_at=at(30)),
        Item(first, ann, at(0), "The kiln is open. Come and see.", former="The kiln is open.", changed_at=at(3),
             stamps=[("妙", ben, at(1)), ("妙", cleo, at(2)), ("善", ben, at(9))]),
        Item(second, ben, at(1), "xyzzy, wrong room", taken_back_at=at(6)),
        Item(third, cleo, at(2), "What was that?", answers=second),
        Item(fifth, ann, at(7), "I see it, and nothing before.", answers=second),
    ]  # fmt: skip


def retold(where: Room) -> dict[str, object]:
    """The room as somebody has it who replayed its whole log."""
    state: replay.State = {"seq": 0, "state": "open", "messages": {}}
    for row in RoomEvent.objects.filter(room=where).order_by("seq"):
        state = replay.apply(state, {"seq": row.seq, "k": row.kind, "d": row.payload})
    return state


def test_replaying_what_was_imported_comes_to_the_room_as_it_stands() -> None:
    where, items = an_evening()
    people = aliases((i.actor.name, str(i.actor.public_id)) for i in items)
    rows = import_messages(room=where, items=items, people=people)
    assert [m.no for m in rows] == [1, 2, 3, 4, 5] and [m.created_at for m in rows] == sorted(i.at for i in items)
    assert retold(where) == snapshot(where.pk)
    assert list(RoomEvent.objects.filter(room=where).values_list("seq", flat=True).order_by("seq")) == list(
        range(1, 12)
    )
    assert {m.rev for m in Message.objects.all()} <= set(range(1, 12))
    assert Message.objects.get(no=1).revisions.get().body == "The kiln is open."
    assert Mention.objects.get().account.name == "Ann"
    assert {(s.account.name, s.last_read_no) for s in Seat.objects.all()} == {("Ann", 5), ("Ben", 2), ("Cleo", 4)}


def test_what_was_taken_back_is_in_no_log_and_not_found() -> None:
    where, items = an_evening()
    import_messages(room=where, items=items)
    assert "xyzzy" not in str(list(RoomEvent.objects.values_list("payload", flat=True)))
    ann = items[1].actor
    assert not said.find(ann, "xyzzy") and [hit.message.no for hit in said.find(ann, "kiln")] == [1]


def test_it_comes_after_what_the_room_has_and_only_once() -> None:
    where, items = an_evening()
    say(items[0].actor, where, "Before all that.")
    assert len(import_messages(room=where, items=items)) == 5
    assert import_messages(room=where, items=items) == []
    where.refresh_from_db()
    assert (where.last_no, where.last_seq) == (6, 12)
    assert say(items[0].actor, where, "And on.").seq == 13
    assert retold(where) == snapshot(where.pk)


def test_nothing_happens_to_a_message_before_it_is_said() -> None:
    where, ann = room(), person()
    with pytest.raises(ValueError):
        import_messages(room=where, items=[Item(uuid.uuid4(), ann, at(5), "Late.", taken_back_at=at(4))])
    assert not Message.objects.exists() and Room.objects.get(pk=where.pk).last_seq == 0


def test_five_hundred_cost_as_many_queries_as_fifty(django_assert_max_num_queries: object) -> None:
    where, ann = room(), person()
    items = [Item(uuid.uuid4(), ann, at(n), f"{n}") for n in range(450)]
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        import_messages(room=where, items=items[:50])
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        import_messages(room=where, items=items[50:])


@pytest.mark.parametrize(("name", "text"), PIECES)
def test_every_way_to_say_a_piece_is_whole_in_every_month(name: str, text: str) -> None:
    names = {"a": "顾屿", "b": "Ada Birch", "c": "陆棠", "d": "Hugo Quayle"}
    for exchange in parse(text):
        for month in range(1, 13):
            for seed in range(6):
                for line in speak(
                    exchange, random.Random(f"{month}{seed}"), datetime(2026, month, 9, 20, tzinfo=UTC), names
                ):
                    assert line.text and not set("{}|$") & set(line.text), line
                    assert "@" not in line.text or "@Ada Birch" in line.text or "@顾屿" in line.text


def test_a_piece_is_said_in_its_months_and_in_the_languages_of_its_speakers() -> None:
    winter, mixed = parse("= zh 11-2\na 冷。\n= mix\na 你好。\nb> Hello.")
    assert [winter.suits(m) for m in (10, 11, 1, 2, 3)] == [False, True, True, True, False]
    assert isinstance(mixed, Exchange) and [mixed.tongue(who) for who in mixed.people] == ["zh", "en"]
    with pytest.raises(ValueError):
        parse("a nobody began")
