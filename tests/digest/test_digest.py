"""The week's letter: once, to whoever wants it, of what they may read at that moment."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import refusing
from accounts.models import Mail, User
from community import actions
from community.digest import writing
from community.digest.models import Digest
from community.enums import Level, Reason
from community.models import GroupMember, Room, Seat
from community.moderation.actions import hide_message
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db
MONDAY_NINE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 9.30 in the house


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


def reader(**fields: Any) -> User:
    return person("Ning", **{"language": "en", "last_login": timezone.now(), **fields})


def a_room(account: User, **fields: Any) -> Room:
    where = room(**{"name_en": "Kiln Night", "name_zh": "开窑夜", **fields})
    Seat.objects.create(account=account, room=where)
    return where


def letters() -> list[str]:
    writing.write_due()
    return list(Mail.objects.filter(text__contains="While you were away").values_list("text", flat=True))


def test_the_letter_has_numbers_and_the_most_stamped_words_once_a_week() -> None:
    ning, tom, ines = reader(), person("Tom"), person("Ines")
    where = a_room(ning)
    best = say(tom, where, "The lid sings.").message
    say(ines, where, "Later words.")
    actions.react(actor=ines, message_id=best.pk, stamp="妙", on=True)
    (text,) = letters()
    assert "Kiln Night: 2 unread" in text and "Tom: The lid sings." in text and "Later words" not in text
    assert letters() == [text]
    mail = Mail.objects.get(to=ning.email)
    assert mail.leave_url and mail.leave_url in mail.text and "The lid sings." in mail.html
    with time_machine.travel(datetime(2026, 11, 30, 1, 30, tzinfo=UTC)):
        assert len(letters()) == 2


def test_in_chinese_it_is_chinese() -> None:
    ning = reader(language="zh-hans")
    say(person("Tom"), a_room(ning), "好。")
    writing.write_due()
    assert "开窑夜：" in Mail.objects.get(to=ning.email).text


def test_not_before_monday_morning() -> None:
    say(person(), a_room(reader()))
    with time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)):  # 7.30 on Monday, by the house
        assert not letters()
    assert letters()


@pytest.mark.parametrize(
    "why",
    [
        "shut",
        "barred",
        "unlisted",
        "muted",
        "nothing",
        "read",
        "gone",
        "hidden",
        "blocked",
        "own",
        "refused",
        "never in",
    ],
)
def test_nothing_is_told_of_what_one_may_not_read_does_not_hear_or_does_not_want(why: str) -> None:
    ning, tom = reader(), person("Tom")
    where = a_room(ning)
    message = say(ning if why == "own" else tom, where, "xyzzy").message
    if why == "shut":
        Room.objects.filter(pk=where.pk).update(read_key="rooms:patron")
    elif why in ("barred", "unlisted"):
        where.group.listed = False
        where.group.save()
    elif why == "muted":
        Seat.objects.update(muted=True)
    elif why == "nothing":
        GroupMember.objects.create(group=where.group, account=ning, level=Level.NOTHING)
    elif why == "read":
        actions.mark_read(actor=ning, room_id=where.pk, no=1)
    elif why == "gone":
        actions.delete_message(actor=tom, message_id=message.pk)
    elif why == "hidden":
        hide_message(actor=moderator(where, person()), message_id=message.pk, reason=Reason.SPAM)
    elif why == "blocked":
        actions.block(actor=ning, account=tom, on=True)
    elif why == "own":
        Seat.objects.filter(account=ning).update(last_read_no=0)
    elif why == "refused":
        refusing.refuse(account=ning, kind=writing.KIND)
    else:
        User.objects.filter(pk=ning.pk).update(last_login=None)
    assert letters() == []
    assert not Mail.objects.filter(to=ning.email).exists()


def test_one_click_ends_it_without_signing_in() -> None:
    ning = reader()
    say(person("Tom"), a_room(ning))
    letters()
    address = Mail.objects.get(to=ning.email).leave_url
    Client().post(address.partition("8000")[2] or address)
    assert refusing.refused(ning, writing.KIND)
    assert not writing.due("2027-W01").exists()


def test_a_week_that_was_looked_at_meanwhile_makes_no_letter() -> None:
    ning = reader()
    say(person("Tom"), a_room(ning))
    Digest.objects.create(account=ning, week="2026-W48", at=timezone.now())
    assert writing._once(ning, "2026-W48") == 0 and not Mail.objects.filter(to=ning.email).exists()


def test_a_letter_costs_the_same_however_many_rooms_there_are(django_assert_max_num_queries: Any) -> None:
    ning, tom = reader(), person("Tom")
    for _ in range(9):
        say(tom, a_room(ning))
    with django_assert_max_num_queries(24):
        assert len(writing.unread(ning)) == writing.MOST_ROOMS
