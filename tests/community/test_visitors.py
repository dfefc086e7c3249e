"""Visitors of the demo: over real sockets, politely, and never where real people are."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from community import demo_visitors
from community.chat.database import run
from community.models import Group, Message, Reaction, Room
from tests.community import wire
from tests.factories.accounts import person


def a_demo() -> Room:
    for n in range(4):
        person(f"顾{n}", email=f"gu{n}@demo.example", language="zh-hans")
        person(f"Ada {n}", email=f"ada{n}@demo.example", language="en")
    group = Group.objects.create(slug="tea-table", name_zh="茶席", name_en="Tea")
    Room.objects.create(group=group, slug="members-only", name_zh="内", name_en="Inside", read_key="rooms:members")
    return Room.objects.create(group=group, slug="every-cup", name_zh="杯", name_en="Cup", read_key="")


async def test_they_come_talk_in_open_rooms_only_and_leave_nothing_behind(threads: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(demo_visitors, "BETWEEN", (0.1, 0.2))
    monkeypatch.setattr(demo_visitors, "TYPING", (0.2, 0.2))  # two at most talk without end: 10 frames of 20 in 10 s
    where = await run(a_demo)
    async with wire.serving() as address:
        said = await demo_visitors.visit(people=8, minutes=0.08, address=address)
    assert said >= 3 and said == await run(Message.objects.filter(room=where).count)
    assert await run(Message.objects.count) == said and not await run(Session.objects.exists)
    bodies = await run(lambda: list(Message.objects.values_list("body", flat=True)))
    assert not set("{}|") & set("".join(bodies))
    assert await run(Reaction.objects.count) <= said


async def test_they_do_not_come_where_real_people_are(settings: Any) -> None:
    settings.ENVIRONMENT = SimpleNamespace(production=True)
    with pytest.raises(demo_visitors.NotHere):
        await demo_visitors.visit(people=2, minutes=1, address="ws://127.0.0.1:1/")


@pytest.mark.django_db
def test_the_command_says_why_it_does_not_go(settings: Any) -> None:
    settings.ENVIRONMENT = SimpleNamespace(production=True)
    with pytest.raises(CommandError, match="for demos"):
        call_command("visitors", "--minutes", "0.01")
