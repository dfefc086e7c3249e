"""Decisions about people: none without reasons, one objection each, judged by somebody else, and felt at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Mail, Notice, User
from community import access, actions, queries
from community.access import access_room
from community.chat import reads
from community.chat.protocol import Code
from community.enums import AppealState, CaseState, Reason, Role, SanctionKind
from community.models import Appeal, GroupMember, Message, PowerPause, Room, Sanction
from community.moderation import actions as moderation
from community.moderation import appeals, publiclog, sanctions
from community.refusals import Refused
from ground import clock
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def staff(name: str = "Shen") -> User:
    account = person(name)
    account.user_permissions.add(Permission.objects.get(codename="change_case"))
    return User.objects.get(pk=account.pk)


def impose(actor: User, account: User, where: Room, kind: SanctionKind = SanctionKind.SILENCE, **more: Any) -> Sanction:
    given: dict[str, Any] = {
        "room": where,
        "ends_at": clock.now() + WEEK,
        "reason": Reason.UNKIND,
        "note": "Twice, and loudly.",
    }
    return sanctions.impose(actor=actor, account=account, kind=kind, **{**given, **more})


def refusal(act: Any) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(("kind", "reads_here", "writes_here", "reads_beside", "writes_beside", "reads_elsewhere"), [
    (SanctionKind.WARNING, True, True, True, True, True),
    (SanctionKind.SILENCE, True, False, True, True, True),
    (SanctionKind.MUTE, True, False, True, False, True),
    (SanctionKind.GROUP_BAN, False, False, False, False, True),
    (SanctionKind.SITE_BAN, False, False, False, False, False),
])  # fmt: skip
def test_what_a_decision_takes_is_taken_where_it_counts_and_nowhere_else(
    kind: SanctionKind,
    reads_here: bool,
    writes_here: bool,
    reads_beside: bool,
    writes_beside: bool,
    reads_elsewhere: bool,
) -> None:
    where, ann = room(), person("Ann")
    beside, elsewhere = room(group=where.group), room()
    row = impose(staff(), ann, where, kind)

    def can(there: Room) -> access.Can:
        return access_room(ann, there.group.slug, there.slug)[1]

    assert (can(where).read, can(where).write) == (reads_here, writes_here)
    assert (can(beside).read, can(beside).write) == (reads_beside, writes_beside)
    assert (can(elsewhere).read, can(elsewhere).write) == (reads_elsewhere, reads_elsewhere)
    seen = {line.room.pk for g in queries.directory(ann) for line in g.rooms if not line.locked}
    assert seen == {
        r.pk for r, reads in ((where, reads_here), (beside, reads_beside), (elsewhere, reads_elsewhere)) if reads
    }
    sanctions.lift(actor=staff("Qi"), sanction_id=row.pk)
    assert can(where).write and can(beside).write and can(elsewhere).write


def test_the_statement_says_what_why_where_and_by_which_rules_as_they_stood(client: Client) -> None:
    where, ann = room(), person("Ann")
    where.group.rules_en = where.group.rules_zh = "Speak as at a table."
    where.group.save()
    mod = moderator(where, person())
    message = say(ann, where, "You fool.").message
    moderation.hide_message(actor=mod, message_id=message.pk, reason=Reason.UNKIND, note="Not here.")
    where.group.rules_en = where.group.rules_zh = "Anything goes."
    where.group.save()
    row = Sanction.objects.get()
    assert (row.kind, row.words, row.rule, row.note) == (
        SanctionKind.REMOVAL,
        "You fool.",
        "Speak as at a table.",
        "Not here.",
    )
    client.force_login(ann)
    page = client.get(row.get_absolute_url()).content.decode()
    for words in ("You fool.", "Not here.", "Speak as at a table.", "Object"):
        assert words in page
    notice = Notice.objects.get(account=ann, kind="community.decision")
    assert str(row.public_id) in notice.context["path"]
    letter = Mail.objects.get(to=ann.email)
    assert str(row.public_id) in letter.text and "You fool." in letter.text and str(row.public_id) in letter.html


def test_a_decision_is_seen_by_its_person_and_those_who_look_after_the_place(client: Client) -> None:
    where, ann = room(), person("Ann")
    row = impose(staff(), ann, where)
    for account, status in (
        (ann, 200),
        (moderator(where, person()), 200),
        (person(), 404),
        (moderator(room(), person()), 404),
    ):
        client.force_login(account)
        assert client.get(row.get_absolute_url()).status_code == status


def test_writing_is_refused_with_the_reason_and_the_page_leads_to_it(client: Client) -> None:
    where, ann = room(), person("Ann")
    actions.join_group(actor=ann, group=where.group)
    row = impose(staff(), ann, where)
    assert refusal(lambda: say(ann, where)) == Code.BARRED
    client.force_login(ann)
    page = client.get(where.get_absolute_url()).content.decode()
    assert row.get_absolute_url() in page and "data-composer" not in page
    impose(staff(), ann, where, SanctionKind.GROUP_BAN)
    shut = client.get(where.get_absolute_url()).content.decode()
    assert "/decisions/" in shut and "data-messages" not in shut


def test_a_silence_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann = room(), person("Ann")
    impose(staff(), ann, where)
    later = clock.now() + WEEK + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert say(ann, where).seq


def test_open_sockets_feel_it(django_capture_on_commit_callbacks: Any) -> None:
    where, ann = room(), person("Ann")
    before = reads.socket_view(ann.pk, [where.pk])
    impose(staff(), ann, where, SanctionKind.GROUP_BAN)
    after = reads.socket_view(ann.pk, [where.pk])
    assert before.lost == {} and after.lost == {where.pk: "barred"} and after.mark != before.mark
    impose(staff(), ann, where, SanctionKind.SITE_BAN)
    assert not reads.socket_view(ann.pk, [where.pk]).active


def test_who_may_decide_what() -> None:
    where, ann = room(), person("Ann")
    mod, other, boss = moderator(where, person()), moderator(where, person()), staff()
    assert refusal(lambda: impose(person(), ann, where)) == Code.FORBIDDEN
    assert refusal(lambda: impose(moderator(room(), person()), ann, where)) == Code.FORBIDDEN
    assert refusal(lambda: impose(mod, mod, where)) == Code.FORBIDDEN
    assert refusal(lambda: impose(mod, other, where)) == Code.FORBIDDEN
    assert refusal(lambda: impose(mod, ann, where, SanctionKind.SITE_BAN)) == Code.FORBIDDEN
    assert refusal(lambda: impose(mod, ann, where, ends_at=clock.now() + timedelta(days=31))) == Code.FORBIDDEN
    assert refusal(lambda: impose(mod, ann, where, ends_at=None)) == Code.BAD
    assert refusal(lambda: impose(mod, ann, where, ends_at=clock.now() - WEEK)) == Code.BAD
    assert refusal(lambda: impose(mod, ann, where, SanctionKind.REMOVAL)) == Code.BAD
    assert impose(mod, ann, where) == impose(boss, ann, where)
    assert impose(boss, other, where, SanctionKind.GROUP_BAN, ends_at=None).ends_at is None


def test_ten_removals_in_ten_minutes_rest_the_power_and_the_eleventh_is_not_done() -> None:
    where, ann = room(), person("Ann")
    mod = moderator(where, person())
    said = [say(ann, where, f"{n}").message for n in range(12)]
    for message in said[:10]:
        moderation.hide_message(actor=mod, message_id=message.pk, reason=Reason.SPAM)
    assert refusal(lambda: moderation.hide_message(actor=mod, message_id=said[10].pk, reason=Reason.SPAM)) == Code.LIMIT
    assert Message.objects.get(pk=said[10].pk).hidden_at is None and PowerPause.objects.count() == 1
    assert Notice.objects.filter(account=mod, kind="community.power_rests").count() == 1
    assert access.role_in(mod, where.group_id) == Role.MEMBER
    assert (
        refusal(lambda: moderation.hide_message(actor=mod, message_id=said[11].pk, reason=Reason.SPAM))
        == Code.FORBIDDEN
    )


def test_the_power_of_staff_rests_too_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    where, boss = room(), staff()
    cases = [
        moderation.report(actor=person(), target_key=say(person(), where).message.subject, reason=Reason.SPAM)
        for _ in range(11)
    ]
    for case in cases[:10]:
        moderation.decide(actor=boss, case_id=case.pk, state=CaseState.HIDDEN)
    assert refusal(lambda: moderation.decide(actor=boss, case_id=cases[10].pk, state=CaseState.HIDDEN)) == Code.LIMIT
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert moderation.decide(actor=boss, case_id=cases[10].pk, state=CaseState.HIDDEN).state == CaseState.HIDDEN


def test_a_term_that_is_over_leaves_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    where, mod = room(), person()
    moderator(where, mod)
    GroupMember.objects.filter(account=mod).update(term_ends=clock.now() + WEEK)
    assert access.role_in(mod, where.group_id) == Role.MODERATOR
    later = clock.now() + WEEK
    monkeypatch.setattr(clock, "now", lambda: later)
    assert access.role_in(mod, where.group_id) == Role.MEMBER


def object_to(row: Sanction, ann: User, text: str = "It was a quotation.") -> Appeal:
    return appeals.appeal(actor=ann, sanction=row, text=text)


def test_an_objection_is_made_once_within_twenty_days_by_the_person_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    where, ann = room(), person("Ann")
    row = impose(staff(), ann, where, SanctionKind.WARNING, ends_at=None)
    assert refusal(lambda: object_to(row, person())) == Code.NOT_FOUND
    assert refusal(lambda: object_to(row, ann, "  ")) == Code.EMPTY
    first = object_to(row, ann)
    assert object_to(row, ann, "And again.") == first and Appeal.objects.get().text == "It was a quotation."
    other = impose(staff(), ann, where, SanctionKind.WARNING, ends_at=None)
    later = clock.now() + timedelta(days=20, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refusal(lambda: object_to(other, ann)) == Code.CLOSED


def test_an_objection_is_decided_by_somebody_else_and_what_is_overturned_is_undone() -> None:
    where, ann = room(), person("Ann")
    mod, boss = moderator(where, person()), staff()
    message = say(ann, where, "A quotation.").message
    moderation.hide_message(actor=mod, message_id=message.pk, reason=Reason.UNKIND)
    objection = object_to(Sanction.objects.get(), ann)

    def decide(actor: User, state: AppealState = AppealState.OVERTURNED) -> Appeal:
        return appeals.decide(actor=actor, appeal_id=objection.pk, state=state, answer="You are right.")

    for nobody in (mod, ann, person()):
        assert refusal(lambda who=nobody: decide(who)) == Code.FORBIDDEN
    assert refusal(lambda: decide(boss, AppealState.OPEN)) == Code.BAD
    decide(boss)
    message.refresh_from_db()
    assert message.hidden_at is None and message.body == "A quotation."
    assert Sanction.objects.get().lifted_by == boss
    assert decide(boss, AppealState.UPHELD).state == AppealState.OVERTURNED
    told = Notice.objects.filter(account=ann).values_list("kind", flat=True)
    assert {"community.appeal_decided", "community.decision_lifted"} <= set(told)


def test_the_log_is_for_everybody_has_no_names_and_the_same_sign_for_the_same_person(client: Client) -> None:
    where, ann, ben = room(), person("Ann Known"), person("Ben Known")
    boss = staff("Boss Known")
    for account in (ann, ann, ben):
        impose(boss, account, where, SanctionKind.WARNING, ends_at=None, note="Private words.")
    page = client.get(f"/en/groups/{where.group.slug}/log/").content.decode()
    for secret in ("Known", "Private words.", ann.email, str(ann.public_id)):
        assert secret not in page
    signs = [line.about for line in publiclog.lines(where.group, publiclog.entries(where.group))]
    assert signs[1] == signs[2] != signs[0] and all(sign in page for sign in signs)
    assert publiclog.pseudonym(room().group, ann.pk) != signs[1]
    assert publiclog.by_month(where.group)[-1][1] == 3


def test_the_log_of_an_unlisted_group_is_missing_to_strangers_and_its_cost_does_not_grow(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    where = room()
    for _ in range(12):
        impose(staff(), person(), where, SanctionKind.WARNING, ends_at=None)
    with django_assert_max_num_queries(12):
        client.get(f"/en/groups/{where.group.slug}/log/")
    where.group.listed = False
    where.group.save()
    assert client.get(f"/en/groups/{where.group.slug}/log/").status_code == 404


def test_a_moderator_decides_by_a_form_that_keeps_what_was_typed(client: Client) -> None:
    where, ann = room(), person("Ann")
    mod = moderator(where, person())
    message = say(ann, where, "Loud.").message
    at = f"{where.get_absolute_url()}m/{message.no}/decide/"
    client.force_login(person())
    assert client.get(at).status_code == 404
    client.force_login(mod)
    form = {"kind": "silence", "reason": "unkind", "note": "Please rest a week.", "days": ""}
    again = client.post(at, form)
    assert "Please rest a week." in again.content.decode() and not Sanction.objects.exists()
    assert b"site_ban" not in again.content
    answer = client.post(at, {**form, "days": "7"})
    row = Sanction.objects.get()
    assert answer.status_code == 302 and (row.account, row.message) == (ann, message)
    client.force_login(ann)
    client.post(row.get_absolute_url(), {"text": "I was quoting."})
    assert Appeal.objects.get().text == "I was quoting."


def test_staff_work_the_objections_in_the_admin(client: Client) -> None:
    where, ann, boss = room(), person("Ann"), staff()
    boss.user_permissions.add(Permission.objects.get(codename="access_admin"))
    objection = object_to(impose(staff("Other"), ann, where), ann)
    client.force_login(boss)
    assert "It was a quotation." in client.get("/cms/community_appeals/").content.decode()
    page = f"/cms/community_appeals/{objection.pk}/decide/"
    assert client.get(page).status_code == 200
    client.post(page, {"outcome": "overturned", "answer": "So it was."})
    objection.refresh_from_db()
    assert (objection.state, objection.answer) == (AppealState.OVERTURNED, "So it was.")
    client.force_login(person())
    assert client.get(page).status_code in (302, 403)
