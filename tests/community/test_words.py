"""Watched words, held messages, newcomers, quiet, and not hearing somebody."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, User
from community import access, actions, trust
from community.actions.send import Held, Sent
from community.chat import commands, protocol
from community.chat.protocol import Code
from community.enums import AppealState, CaseState, HeldState, Reason, SanctionKind, WatchAct
from community.models import Case, HeldMessage, Mention, Message, Room, Sanction, WatchedWord
from community.moderation import actions as moderation
from community.moderation import appeals, care, holding, quiet, sanctions, watching
from community.moderation.folding import Folded, matcher
from community.refusals import Refused
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

SAMPLES = Path(__file__).parent.parent / "samples" / "words"
pytestmark = pytest.mark.django_db


def lines(name: str) -> list[tuple[str, str]]:
    rows = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [(row.partition("\t")[0], row.partition("\t")[2]) for row in rows]


@pytest.mark.parametrize(("pattern", "text"), lines("hidden.tsv"))
def test_a_watched_word_is_found_however_it_is_hidden(pattern: str, text: str) -> None:
    assert matcher(pattern).found_in(Folded(text))


@pytest.mark.parametrize(("pattern", "text"), lines("innocent.tsv"))
def test_words_that_only_look_like_one_are_left_alone(pattern: str, text: str) -> None:
    assert not matcher(pattern).found_in(Folded(text))


def old(account: User, days: int = 3) -> User:
    User.objects.filter(pk=account.pk).update(created_at=timezone.now() - timedelta(days=days))
    return User.objects.get(pk=account.pk)


def refusal(act: Any) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def watch(act: WatchAct, pattern: str = "casino", **more: Any) -> WatchedWord:
    return WatchedWord.objects.create(pattern=pattern, act=act, **more)


def test_a_blocked_word_is_not_taken_and_an_edit_cannot_bring_it_in() -> None:
    where, ann = room(), person()
    watch(WatchAct.BLOCK)
    assert refusal(lambda: say(ann, where, "My c a s i n o")) == Code.WORDS
    message = say(ann, where, "My kiln").message
    edit = lambda: actions.edit_message(actor=ann, message_id=message.pk, cid=uuid.uuid4(), body="My casino")  # noqa: E731
    assert refusal(edit) == Code.WORDS
    assert Message.objects.get().body == "My kiln"
    assert say(moderator(where, person()), where, "No casino here.").seq


def test_a_word_of_one_group_counts_there_alone_and_the_list_is_read_anew_when_it_changes() -> None:
    where, other, ann = room(), room(), person()
    row = watch(WatchAct.BLOCK, group=where.group)
    assert refusal(lambda: say(ann, where, "casino")) == Code.WORDS
    assert say(ann, other, "casino").seq
    row.active = False
    row.save()
    assert say(ann, where, "casino").seq


def test_the_list_costs_no_query_while_it_is_known(django_assert_num_queries: Any) -> None:
    watch(WatchAct.FLAG)
    watching.look("a", None)
    with django_assert_num_queries(0):
        assert watching.look("casino", 3) == watching.Found("casino", WatchAct.FLAG)


def test_a_flagged_message_is_said_and_stands_in_the_queue_in_the_name_of_the_house() -> None:
    where, ann = room(), person()
    watch(WatchAct.FLAG)
    message = say(ann, where, "casino").message
    case = Case.objects.get(target_key=message.subject)
    assert (case.state, case.author, case.room) == (CaseState.OPEN, ann, where)
    assert case.reports.get().reporter is None
    assert moderation.report(actor=person(), target_key=message.subject, reason=Reason.SPAM) == case


def hold(ann: User, where: Room, cid: uuid.UUID | None = None, body: str = "casino") -> Held:
    if not WatchedWord.objects.exists():
        watch(WatchAct.HOLD)
    held = say(ann, where, body, cid=cid or uuid.uuid4())
    assert isinstance(held, Held)
    return held


def test_a_held_message_has_no_number_and_gets_one_when_it_is_let_out() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    mod = moderator(where, person())
    hold(ann, where, cid)
    hold(ann, where, cid)
    assert HeldMessage.objects.count() == 1 and not Message.objects.exists()
    between = say(ann, where, "Meanwhile")
    row = holding.approve(actor=mod, held_id=HeldMessage.objects.get().pk)
    assert holding.approve(actor=mod, held_id=row.pk).state == HeldState.APPROVED
    message = Message.objects.get(client_id=cid)
    assert (message.sender, message.body, message.no) == (ann, "casino", between.message.no + 1)
    again = say(ann, where, "casino", cid=cid)
    assert isinstance(again, Sent) and again.dup and again.message == message


def test_a_held_message_is_acked_as_held() -> None:
    where, ann = room(), person()
    watch(WatchAct.HOLD)
    frame = protocol.parse(f'{{"t":"send","id":4,"r":{where.pk},"cid":"{uuid.uuid4()}","body":"casino"}}')
    assert isinstance(frame, protocol.Send)
    assert commands.write(ann.pk, frame) == protocol.held(4, where.pk)


def test_a_refused_one_is_told_with_reasons_is_never_said_and_an_objection_can_let_it_out() -> None:
    where, ann, cid = room(), person(), uuid.uuid4()
    mod, other = moderator(where, person()), moderator(where, person())
    hold(ann, where, cid)
    holding.refuse(actor=mod, held_id=HeldMessage.objects.get().pk, reason=Reason.SPAM, note="No advertising.")
    row = Sanction.objects.get()
    assert (row.kind, row.words, row.note, row.account) == (SanctionKind.REMOVAL, "casino", "No advertising.", ann)
    assert Notice.objects.filter(account=ann, kind="community.decision").exists()
    assert refusal(lambda: say(ann, where, "casino", cid=cid)) == Code.WORDS
    objection = appeals.appeal(actor=ann, sanction=row, text="It is the name of a glaze.")
    appeals.decide(actor=other, appeal_id=objection.pk, state=AppealState.OVERTURNED, answer="Indeed.")
    assert Message.objects.get().client_id == cid and HeldMessage.objects.get().state == HeldState.APPROVED


def test_held_messages_are_decided_by_those_who_look_after_the_group_and_never_by_their_author() -> None:
    where = room()
    mod = moderator(where, person())
    hold(person(), where)
    row = HeldMessage.objects.get()
    for nobody in (person(), row.sender, moderator(room(), person())):
        assert refusal(lambda who=nobody: holding.approve(actor=who, held_id=row.pk)) == Code.FORBIDDEN
    assert refusal(lambda: holding.approve(actor=mod, held_id=row.pk + 1)) == Code.NOT_FOUND


def test_trust_comes_from_time_and_words_that_stood_and_sinks_with_a_decision() -> None:
    where, ann = room(), person()
    assert trust.trust(ann) == trust.Trust.NEW
    for n in range(50):
        say(ann, where, f"{n}")
    assert trust.trust(ann) == trust.Trust.NEW
    assert trust.trust(old(ann, 2)) == trust.Trust.MET
    assert trust.trust(old(ann, 20)) == trust.Trust.KNOWN
    mod = moderator(where, person())
    sanctions.impose(actor=mod, account=ann, kind=SanctionKind.MUTE, reason=Reason.UNKIND, group=where.group,
                     ends_at=clock.now() + timedelta(days=1))  # fmt: skip
    assert trust.trust(old(ann, 20)) == trust.Trust.NEW


def test_a_newcomer_gives_one_address_and_names_two_people() -> None:
    where, ann = room(), person()
    people = [person(f"Friend{n}") for n in "abc"]
    for friend in people:
        actions.take_seat(actor=friend, room=where)
    assert refusal(lambda: say(ann, where, "https://a.example https://b.example")) == Code.NEWCOMER
    assert refusal(lambda: say(ann, where, "@Frienda @Friendb @Friendc")) == Code.NEWCOMER
    assert say(ann, where, "https://a.example @Frienda @Friendb").seq
    for n in range(5):
        say(ann, where, f"{n}")
    assert say(old(ann), where, "https://a.example https://b.example @Frienda @Friendb @Friendc").seq


def test_in_a_quiet_group_newcomers_listen_others_go_slowly_and_it_ends_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    mod = moderator(where, person())
    for n in range(5):
        say(ben, where, f"{n}")
    ben = old(ben)
    head = Room.objects.get(pk=where.pk).last_seq
    quiet.set_quiet(actor=mod, group=where.group, minutes=15)
    assert Room.objects.get(pk=where.pk).last_seq == head + 1
    assert refusal(lambda: say(ann, where)) == Code.QUIET
    assert refusal(lambda: say(ben, where)) == Code.SLOW
    Message.objects.filter(sender=ben).update(created_at=timezone.now() - timedelta(seconds=31))
    assert say(ben, where).seq and say(mod, where).seq and say(mod, where).seq
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert say(ann, where).seq
    assert refusal(lambda: quiet.set_quiet(actor=ann, group=where.group, minutes=15)) == Code.FORBIDDEN
    assert refusal(lambda: quiet.set_quiet(actor=mod, group=where.group, minutes=500)) == Code.BAD


def test_whom_one_does_not_hear_is_folded_away_and_cannot_call(client: Client) -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    actions.take_seat(actor=ann, room=where)
    message = say(ben, where, "Loud words").message
    client.force_login(ann)
    client.post(f"{where.get_absolute_url()}m/{message.no}/block", {"on": "1"})
    say(ben, where, "@Ann listen")
    assert not Mention.objects.exists() and not Notice.objects.filter(account=ann).exists()
    page = client.get(where.get_absolute_url()).content.decode()
    assert f'data-unheard="{ben.public_id}"' in page and page.count(" data-unheard") > 2
    client.post(f"{where.get_absolute_url()}m/{message.no}/block", {"on": "0"})
    say(ben, where, "@Ann again")
    assert Mention.objects.count() == 1
    actions.block(actor=ann, account=ann, on=True)
    assert actions.blocked_ids(ann) == set()


def test_those_who_look_after_a_group_find_everything_on_one_page(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    where = room()
    mod, ann = moderator(where, person("Mod")), person("Ann")
    said = [say(ann, where, f"words {n}").message for n in range(4)]
    for message in said:
        moderation.report(actor=person(), target_key=message.subject, reason=Reason.UNKIND, note="Look.")
    for n in range(3):
        hold(ann, where, body=f"casino {n}")
    other = moderator(where, person())
    row = sanctions.impose(actor=other, account=ann, kind=SanctionKind.MUTE, reason=Reason.UNKIND, group=where.group,
                           ends_at=clock.now() + timedelta(days=1))  # fmt: skip
    appeals.appeal(actor=ann, sanction=row, text="I was asked to speak up.")
    at = f"/en/groups/{where.group.slug}/care/"
    for stranger in (ann, person()):
        client.force_login(stranger)
        assert client.get(at).status_code == 404
    client.force_login(mod)
    with django_assert_max_num_queries(24):
        page = client.get(at).content.decode()
    assert "words 3" in page and "casino 2" in page and "I was asked to speak up." in page
    cases = list(Case.objects.order_by("pk"))
    for act in (f"hide:{cases[0].pk}", f"leave:{cases[1].pk}", f"take:{cases[2].pk}", "quiet:30", "nonsense:1", "hide:x",
                f"approve:{HeldMessage.objects.order_by('pk')[0].pk}", f"refuse:{HeldMessage.objects.order_by('pk')[1].pk}",
                f"overturn:{row.appeal.pk}"):  # fmt: skip
        assert client.post(at, {"act": act, "reason": "spam", "note": "Words."}).status_code == 302
    assert [c.state for c in Case.objects.order_by("pk")] == ["hidden", "dismissed", "open", "open"]
    assert Case.objects.get(pk=cases[2].pk).assignee == mod
    assert list(HeldMessage.objects.order_by("pk").values_list("state", flat=True)) == [
        "approved",
        "refused",
        "waiting",
    ]
    where.group.refresh_from_db()
    assert where.group.quiet_until and not access.bars_of(ann)


def test_one_does_not_find_ones_own_case_on_the_page() -> None:
    where = room()
    mod, other = moderator(where, person()), moderator(where, person())
    moderation.report(actor=person(), target_key=say(mod, where).message.subject, reason=Reason.UNKIND)
    assert care.waiting(where.group, mod).count == 0
    assert care.waiting(where.group, other).count == 1
