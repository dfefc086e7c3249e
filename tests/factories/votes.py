"""Elections for tests: people whom the house has met, and a group that chooses."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from community.enums import Role
from community.models import Group, GroupMember, Message, Room
from community.trust import STEPS
from community.votes.elections import actions
from community.votes.models import Election, Poll
from community.votes.polls import asking
from tests.factories.accounts import person
from tests.factories.community import room

PERIODS = {"seats": 1, "term_days": 90, "nominate_days": 3, "vote_days": 3}
AGE, WORDS = STEPS[-1][1], STEPS[-1][2]


def known(where: Room, **fields: Any) -> User:
    """Somebody in the room's group who has said enough for long enough."""
    account = person(created_at=timezone.now() - AGE - timedelta(days=2), **fields)
    GroupMember.objects.create(group=where.group, account=account)
    spoken(account, where)
    return account


def spoken(account: User, where: Room, times: int = WORDS) -> None:
    """Messages of the account, written straight into the table."""
    last = Room.objects.values_list("last_no", flat=True).get(pk=where.pk)
    Room.objects.filter(pk=where.pk).update(last_no=last + times, last_seq=last + times)
    Message.objects.bulk_create(
        Message(room=where, no=last + n, rev=last + n, sender=account, client_id=uuid.uuid4(), body="Tea.",
                html="<p>Tea.</p>", created_at=timezone.now())
        for n in range(1, times + 1)
    )  # fmt: skip


def host(where: Room) -> User:
    """Its host."""
    account = known(where)
    GroupMember.objects.filter(group=where.group, account=account).update(role=Role.HOST)
    return account


def called(where: Room | None = None, **fields: Any) -> Election:
    """An election that was called a moment ago."""
    where = where or room()
    first = GroupMember.objects.filter(group=where.group, role=Role.HOST).select_related("account").first()
    actor = first.account if first else host(where)
    return actions.call(actor=actor, group=where.group, **{**PERIODS, **fields})


def stands(election: Election, account: User, words: str = "I like tea, and I am patient.") -> Any:
    """They stand."""
    return actions.stand(actor=account, election_id=election.pk, statement=words)


def place(group: Group, account: User) -> GroupMember:
    """Their place as it stands."""
    return GroupMember.objects.get(group=group, account=account)


def asked(where: Room, actor: User, **fields: Any) -> Poll:
    """A poll that was asked a moment ago."""
    given = {"question": "Which tea tonight?", "choices": ["Longjing", "Biluochun", "Dahongpao"], **fields}
    sent = asking.ask(actor=actor, room_id=where.pk, cid=given.pop("cid", uuid.uuid4()), **given)
    return Poll.objects.get(message=sent.message)
