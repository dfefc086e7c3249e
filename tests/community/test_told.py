"""A mention is a line in the app at once, and a letter two minutes later if it is still worth one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import notices, refusing
from accounts.models import Mail, Notice, User
from community import actions
from community.enums import Level, Reason, SanctionKind
from community.listening import tell_listeners
from community.models import GroupMember, Message, Room
from community.moderation import actions as moderation
from community.moderation import sanctions
from ground import clock
from membership.actions import Source, grant, revoke
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.factories.membership import member

pytestmark = pytest.mark.django_db


def named(where: Room | None = None) -> tuple[User, User, Message]:
    """Ben has named Ann in a room."""
    where, ann, ben = where or room(), person("Ann"), person("Ben")
    actions.join_group(actor=ann, group=where.group)
    return ann, ben, say(ben, where, "@Ann come and see").message


def letters(ann: User) -> list[str]:
    Notice.objects.filter(letter_at__isnull=False).update(letter_at=timezone.now() - timedelta(seconds=1))
    notices.write_waiting()
    return list(Mail.objects.filter(to=ann.email).values_list("text", flat=True))


def test_the_letter_waits_two_minutes_is_written_once_and_can_be_refused_by_one_click() -> None:
    ann, _ben, message = named()
    assert Notice.objects.get(account=ann).letter_at > timezone.now() + timedelta(seconds=110)
    assert notices.write_waiting() == 0 and not Mail.objects.filter(to=ann.email).exists()
    assert len(letters(ann)) == 1 and "come and see" in letters(ann)[0] and f"#m{message.no}" in letters(ann)[0]
    assert len(letters(ann)) == 1
    assert Mail.objects.get(to=ann.email).leave_url


def out(ann: User, ben: User, message: Message) -> None:
    sanctions.impose(actor=moderator(message.room, person()), account=ann, kind=SanctionKind.GROUP_BAN, reason=Reason.SPAM,
                     group=message.room.group, ends_at=clock.now() + timedelta(days=1))  # fmt: skip


CHANGES: dict[str, Callable[[User, User, Message], object]] = {
    "read": lambda ann, ben, m: actions.mark_read(actor=ann, room_id=m.room_id, no=m.no),
    "notice read": lambda ann, ben, m: Notice.objects.update(read_at=timezone.now()),
    "taken back": lambda ann, ben, m: actions.delete_message(actor=ben, message_id=m.pk),
    "hidden": lambda ann, ben, m: moderation.hide_message(
        actor=moderator(m.room, person()), message_id=m.pk, reason=Reason.SPAM
    ),
    "not heard": lambda ann, ben, m: actions.block(actor=ann, account=ben, on=True),
    "put out": out,
    "refused": lambda ann, ben, m: refusing.refuse(account=ann, kind="community.mention"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_happened_meanwhile_makes_it_needless(what: str) -> None:
    ann, ben, message = named()
    CHANGES[what](ann, ben, message)
    assert not [text for text in letters(ann) if "come and see" in text]


def test_who_lost_the_room_is_told_nothing_of_it() -> None:
    where = room(read_key="rooms:members")
    ann, ben, paid = person("Ann"), person("Ben"), Source("test", "1")
    for account in (ann, ben):
        grant(account=account, key="rooms:members", source=paid, actor="test")
    actions.join_group(actor=ann, group=where.group)
    say(ben, where, "@Ann the secret")
    revoke(account=ann, source=paid, actor="test")
    assert letters(ann) == []


def test_who_wants_nothing_of_a_group_sees_the_badge_and_no_line() -> None:
    where, ann = room(), person("Ann")
    actions.join_group(actor=ann, group=where.group)
    actions.set_level(actor=ann, group=where.group, level=Level.NOTHING)
    say(person("Ben"), where, "@Ann come")
    assert not Notice.objects.filter(account=ann).exists() and letters(ann) == []
    actions.set_level(actor=ann, group=where.group, level=Level.MENTIONS)
    say(person("Cai"), where, "@Ann come")
    assert Notice.objects.filter(account=ann).count() == 1


def test_those_who_look_after_a_group_are_called_together() -> None:
    where, ann = room(), person("Ann")
    keeper, former = moderator(where, person("Keeper")), moderator(where, person("Former"))
    GroupMember.objects.filter(account=former).update(term_ends=clock.now() - timedelta(days=1))
    for call in ("moderators", "守席人"):
        say(ann, where, f"@{call} please look")
    told = Notice.objects.filter(kind="community.mention").values_list("account", flat=True)
    assert list(told) == [keeper.pk, keeper.pk]


def test_who_is_named_and_cannot_see_the_room_is_told_nothing_and_the_writer_learns_it() -> None:
    where = room(read_key="rooms:patron")
    ann, ben = member("patron"), person("Ben Outside")
    actions.join_group(actor=ben, group=where.group)
    sent = say(ann, where, "@Ben Outside come and see")
    assert sent.unseen == ("Ben Outside",) and not Notice.objects.filter(account=ben).exists()
    assert say(ann, where, "Nobody named").unseen == ()


def test_who_wants_to_hear_of_everything_is_told_once_for_each_room_until_they_looked() -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    actions.join_group(actor=ann, group=where.group)
    actions.take_seat(actor=ann, room=where)
    say(ben, where, "Before it was asked for")
    assert tell_listeners() == 0
    actions.set_level(actor=ann, group=where.group, level=Level.EVERYTHING)
    say(ann, where, "My own")
    say(ben, where, "One")
    say(ben, where, "Two")
    assert tell_listeners() == 1 and tell_listeners() == 0
    assert Notice.objects.get(account=ann).context["text"] == "Two"
    Notice.objects.update(read_at=timezone.now())
    assert tell_listeners() == 0, "nothing new was said"
    say(ben, where, "Three")
    actions.mark_read(actor=ann, room_id=where.pk, no=99)
    assert tell_listeners() == 0, "it was read in the room"
    say(ben, where, "Four")
    assert tell_listeners() == 1
    assert len(letters(ann)) == 1


def test_of_everything_nothing_is_told_from_a_shut_room_or_somebody_who_is_not_heard() -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    actions.join_group(actor=ann, group=where.group)
    actions.take_seat(actor=ann, room=where)
    actions.set_level(actor=ann, group=where.group, level=Level.EVERYTHING)
    actions.block(actor=ann, account=ben, on=True)
    say(ben, where, "One")
    assert tell_listeners() == 0
    say(person("Cleo"), where, "Two")
    Room.objects.filter(pk=where.pk).update(read_key="rooms:patron")
    assert tell_listeners() == 0
