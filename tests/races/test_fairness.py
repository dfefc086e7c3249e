"""Decisions, doors and held messages under several hands at once, on PostgreSQL."""

import threading
import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from accounts.models import Mail, Notice, User
from community import actions
from community.actions.send import Held
from community.enums import AppealState, GroupEntry, Reason, SanctionKind, WatchAct
from community.models import (
    Appeal,
    Group,
    GroupMember,
    GroupRequest,
    HeldMessage,
    Message,
    PowerPause,
    Room,
    Sanction,
    WatchedWord,
)
from community.moderation import actions as moderation
from community.moderation import appeals, holding, sanctions
from community.refusals import Refused
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def staff() -> User:
    account = person("Staff")
    account.user_permissions.add(Permission.objects.get(codename="change_case"))
    return User.objects.get(pk=account.pk)


def broken(results: list[Any]) -> list[Any]:
    """What went wrong that is no refusal."""
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]


def test_control_places_that_are_counted_without_the_lock_are_given_twice() -> None:
    where = room()

    def careless(account: User) -> None:
        with transaction.atomic():
            taken = GroupMember.objects.filter(group=where.group).count()
            threading.Event().wait(0.05)
            if taken < 1:
                GroupMember.objects.create(group=where.group, account=account)

    at_once([partial(careless, person()) for _ in range(6)])
    assert GroupMember.objects.filter(group=where.group).count() > 1


def test_the_last_place_of_a_group_is_taken_by_one() -> None:
    where = room()
    Group.objects.filter(pk=where.group_id).update(most_people=1)
    results = at_once([partial(actions.join_group, actor=person(), group=where.group) for _ in range(8)])
    assert not broken(results) and sum(isinstance(r, GroupMember) for r in results) == 1
    assert GroupMember.objects.filter(group=where.group).count() == 1


def test_an_invitation_for_two_lets_two_in_and_one_person_asks_once() -> None:
    where, ann = room(), person()
    Group.objects.filter(pk=where.group_id).update(entry=GroupEntry.REQUEST)
    link = actions.invite(actor=moderator(where, person()), group=where.group, most=2)
    at_once([partial(actions.join_group, actor=person(), group=where.group, token=link.token) for _ in range(6)])
    link.refresh_from_db()
    assert link.used == 2 and GroupMember.objects.filter(group=where.group, role="member").count() == 2
    GroupRequest.objects.all().delete()
    assert not broken(at_once([partial(actions.join_group, actor=ann, group=where.group)] * 6))
    assert GroupRequest.objects.filter(account=ann).count() == 1


def test_one_held_message_that_two_let_out_and_one_refuses_is_decided_once() -> None:
    WatchedWord.objects.create(pattern="casino", act=WatchAct.HOLD)
    for _ in range(4):
        where, ann, cid = room(), person(), uuid.uuid4()
        assert not broken(at_once([partial(say, ann, where, "casino", cid=cid)] * 4))
        held = HeldMessage.objects.get(room=where)
        mods = [moderator(where, person()) for _ in range(3)]
        acts = [partial(holding.approve, actor=m, held_id=held.pk) for m in mods[:2]]
        acts.append(partial(holding.refuse, actor=mods[2], held_id=held.pk, reason=Reason.SPAM))
        assert not broken(at_once(acts))
        held.refresh_from_db()
        said, refused = Message.objects.filter(room=where).count(), Sanction.objects.filter(room=where).count()
        assert (held.state, said, refused) in {("approved", 1, 0), ("refused", 0, 1)}
        assert not isinstance(say(ann, where, "fine"), Held)


def test_an_objection_is_made_once_and_decided_once() -> None:
    where, ann = room(), person()
    row = sanctions.impose(actor=staff(), account=ann, kind=SanctionKind.MUTE, reason=Reason.UNKIND, group=where.group,
                           ends_at=clock.now() + timedelta(days=1))  # fmt: skip
    assert not broken(at_once([partial(appeals.appeal, actor=ann, sanction=row, text=f"{n}") for n in range(6)]))
    objection = Appeal.objects.get()
    deciders = [staff() for _ in range(4)]
    states = [AppealState.UPHELD, AppealState.OVERTURNED] * 2
    results = at_once([
        partial(appeals.decide, actor=d, appeal_id=objection.pk, state=s, answer="")
        for d, s in zip(deciders, states, strict=True)
    ])  # fmt: skip
    assert not broken(results) and len({r.state for r in results}) == 1
    row.refresh_from_db()
    assert (row.lifted_at is not None) is (results[0].state == AppealState.OVERTURNED)
    assert Notice.objects.filter(account=ann, kind="community.appeal_decided").count() == 1


def test_a_message_that_several_hide_at_once_has_one_statement_and_stands_again_once() -> None:
    where, ann = room(), person()
    message = say(ann, where).message
    mods = [moderator(where, person()) for _ in range(4)]
    acts = [partial(moderation.hide_message, actor=m, message_id=message.pk, reason=Reason.SPAM) for m in mods]
    assert not broken(at_once(acts))
    row = Sanction.objects.get()
    assert Room.objects.get(pk=where.pk).last_seq == 2
    assert not broken(at_once([partial(sanctions.lift, actor=m, sanction_id=row.pk) for m in mods]))
    assert Room.objects.get(pk=where.pk).last_seq == 3
    assert Mail.objects.filter(to=ann.email).count() == 2


def test_removals_of_one_moderator_at_once_stop_at_the_limit_and_rest_the_power_once() -> None:
    where, ann = room(), person()
    mod = moderator(where, person())
    said = [say(ann, where, f"{n}").message for n in range(24)]
    acts = [partial(moderation.hide_message, actor=mod, message_id=m.pk, reason=Reason.SPAM) for m in said]
    assert not broken(at_once(acts))
    assert Sanction.objects.count() == 10
    assert PowerPause.objects.count() == 1
