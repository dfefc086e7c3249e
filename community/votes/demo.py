"""The demo's votes: a question in a room, and an election whose people stand already. Running it again changes nothing."""

import uuid
from collections.abc import Callable

from accounts.models import User
from community.demo import NAMESPACE
from community.demo_talk import CAST
from community.models import Group, Room
from community.trust import at_least_met
from community.votes.elections import actions as elections
from community.votes.models import Choice, Election, Poll
from community.votes.polls import actions as polls
from community.votes.polls.asking import ask

ROOM, ASKER = "one-cut-at-a-time", "he"
QUESTION = "下周刻哪一种水？ Which water next week?"
ANSWERS = ["檐下的雨 Rain from the eaves", "退潮 A tide going out", "井 A well"]
CHOSEN = {"tom": 1, "liu": 0, "ning": 0, "bai": 2, "ines": 0}
GROUP, CALLER, SEATS = "celadon-circle", "admin@example.com", 2
STAND = {
    "wen": "我每晚都在。有人吵起来，我先泡茶，再看规矩怎么写。",
    "tom": "I read everything before I speak, and I answer whoever was left without an answer.",
    "tao": "守的是席，不是面子。处理了什么，理由都写出来。",
}


def seed(step: Callable[[str], None]) -> None:
    """One poll with its votes, one election in which people can still stand."""
    step("a question and an election")
    cast = {key: User.objects.get(email=email) for key, email, _name, _language in CAST}
    _poll(cast)
    _election(cast)


def _poll(cast: dict[str, User]) -> None:
    room, cid = Room.objects.get(slug=ROOM), uuid.uuid5(NAMESPACE, "poll")
    if Poll.objects.filter(message__room=room, question=QUESTION).exists():
        return
    sent = ask(actor=cast[ASKER], room_id=room.pk, cid=cid, question=QUESTION, choices=ANSWERS, closes="week")
    poll = Poll.objects.get(message=sent.message)
    choices = list(Choice.objects.filter(poll=poll).order_by("order"))
    for key, number in CHOSEN.items():
        polls.choose(actor=cast[key], poll_id=poll.pk, choices=[choices[number].pk])


def _election(cast: dict[str, User]) -> None:
    group, caller = Group.objects.get(slug=GROUP), User.objects.filter(email=CALLER).first()
    if caller is None or Election.objects.filter(group=group).exists():
        return
    election = elections.call(actor=caller, group=group, seats=SEATS, term_days=180, nominate_days=7, vote_days=7)
    for key, statement in STAND.items():
        if not at_least_met(cast[key]):  # what they said in the months before decides, as for everybody
            continue
        elections.stand(actor=cast[key], election_id=election.pk, statement=statement)
