"""Finding what was said, and looking back in a room: to a message, to a day, both ways."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from community import actions, queries, said
from community.enums import Gone, Reason
from community.models import Message, Room, SaidWords
from community.moderation import actions as moderation
from community.moderation import sanctions
from membership.actions import Source, grant
from tests.community.test_pages import signed_in
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db


def found(account: Any, text: str, **more: Any) -> list[str]:
    return [hit.message.body for hit in said.find(account, text, **more)]


def test_words_are_found_in_chinese_and_english_whole_words_all_of_them_the_latest_first() -> None:
    where, ann = room(), person()
    for body in ("The kiln was opened at dusk.", "Kilns are patient.", "开窑了，先听开片的声音。", "昨夜又开窑"):
        say(ann, where, body)
    assert found(ann, "kiln") == ["The kiln was opened at dusk."]
    assert found(ann, "kiln dusk") == ["The kiln was opened at dusk."]
    assert found(ann, "kiln dawn") == []
    assert found(ann, "开窑") == ["昨夜又开窑", "开窑了，先听开片的声音。"]
    assert found(ann, "窑声") == []
    assert found(ann, "  ") == found(ann, "' | ! :*") == []
    assert "开片" in said.find(ann, "开片")[0].excerpt


def test_nothing_is_found_in_rooms_that_one_may_not_read_nor_from_whom_one_does_not_hear() -> None:
    ann, ben = person("Ann"), person("Ben")
    grant(account=ben, key="rooms:members", source=Source("test", "1"), actor="test")
    shut, open_ = room(read_key="rooms:members"), room()
    say(ben, shut, "secret glaze")
    say(ben, open_, "open glaze")
    assert found(ben, "glaze") == ["open glaze", "secret glaze"]
    assert found(ann, "glaze") == ["open glaze"] and found(None, "glaze") == []
    actions.block(actor=ann, account=ben, on=True)
    assert found(ann, "glaze") == []


def test_what_is_gone_is_not_found_and_what_is_changed_is_found_by_its_new_words() -> None:
    where, ann = room(), person()
    mod = moderator(where, person())
    first, second, third = (say(ann, where, f"glaze {n}").message for n in ("one", "two", "three"))
    actions.edit_message(actor=ann, message_id=first.pk, cid=uuid.uuid4(), body="slip one")
    actions.delete_message(actor=ann, message_id=second.pk)
    moderation.hide_message(actor=mod, message_id=third.pk, reason=Reason.SPAM)
    assert found(ann, "glaze") == [] and found(ann, "slip") == ["slip one"]
    assert SaidWords.objects.count() == 1
    sanctions.lift(actor=mod, sanction_id=third.sanctions.get().pk)
    assert found(ann, "glaze") == ["glaze three"]
    actions.changes.bury(message=first, actor=None, why=Gone.LEFT)
    assert found(ann, "slip") == []


def test_the_page_searches_one_room_or_all_goes_on_and_costs_the_same(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    where, other, ann = room(), room(), person()
    for n in range(45):
        say(ann, where if n % 2 else other, f"glaze {n}")
    client.force_login(ann)
    with django_assert_max_num_queries(16):
        page = client.get("/en/groups/said/?q=glaze")
    assert [h.message.body for h in page.context["hits"]][:2] == ["glaze 44", "glaze 43"]
    later = client.get(f"/en/groups/said/?q=glaze&before={page.context['more']}")
    assert next(h.message.body for h in later.context["hits"]) == "glaze 24"
    alone = client.get(f"/en/groups/said/?q=glaze&room={where.pk}")
    assert {h.message.room for h in alone.context["hits"]} == {where}
    assert "Nobody said that" in client.get("/en/groups/said/?q=porcelain").content.decode()


def test_a_room_that_one_may_not_read_is_not_named_by_its_number(client: Client) -> None:
    shut = room(read_key="rooms:members", name_en="The inner room")
    client.force_login(person())
    assert "The inner room" not in client.get(f"/en/groups/said/?q=x&room={shut.pk}").content.decode()


def test_a_room_opens_at_a_message_goes_both_ways_and_to_a_day(client: Client) -> None:
    where, ann = room(), person()
    for n in range(130):
        say(ann, where, f"words {n}")
    old = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=3), time(12)))
    Message.objects.filter(room=where, no__lte=70).update(created_at=old)
    client.force_login(ann)
    at = where.get_absolute_url()
    page = client.get(f"{at}?at=40").content.decode()
    assert 'id="m40"' in page and 'id="m15"' in page and 'id="m64"' in page and "data-past" in page
    assert "?after=64" in page and "?before=15" in page
    after = client.get(f"{at}?after=64").content.decode()
    assert 'id="m65"' in after and 'id="m114"' in after and 'id="m64"' not in after
    assert 'href="?after=' not in client.get(f"{at}?after=114").content.decode()
    today = client.get(f"{at}?day={timezone.localdate():%Y-%m-%d}").content.decode()
    assert 'id="m71"' in today
    assert 'id="m130"' in client.get(f"{at}?day=2999-01-01").content.decode()
    assert client.get(f"{at}?day=nonsense&at=x&before=-1").status_code == 200
    assert queries.first_of_day(where, timezone.localdate() + timedelta(days=1)) is None


def test_messages_from_before_are_put_into_the_index_by_a_command() -> None:
    from django.core.management import call_command

    where, ann = room(), person()
    say(ann, where, "glaze")
    SaidWords.objects.all().delete()
    call_command("index_said", verbosity=0)
    assert found(ann, "glaze") == ["glaze"]


def test_where_one_is_named_is_listed_for_rooms_that_one_reads_now() -> None:
    open_room, shut = room(), room()
    ann, ben = person("Ann"), person("Ben")
    for where in (open_room, shut):
        actions.take_seat(actor=ann, room=where)
        say(ben, where, f"@Ann in {where.name_en}")
    gone = say(ben, open_room, "@Ann never mind").message
    actions.delete_message(actor=ben, message_id=gone.pk)
    Room.objects.filter(pk=shut.pk).update(read_key="rooms:patron")
    html = signed_in(ann).get("/en/groups/said/?named=1").content.decode()
    assert f"in {open_room.name_en}" in html and shut.name_en not in html and "never mind" not in html
    assert "Nobody has named you yet" in signed_in(ben).get("/en/groups/said/?named=1").content.decode()
    assert "Where you are named" not in Client().get("/en/groups/said/").content.decode()
