"""Coming in by every kind of door, tasks with terms, rules through time, retention, and how a group is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notice, User
from community import access, actions, demo_covers, health, queries
from community.actions import keeping
from community.chat import reads
from community.chat.protocol import Code
from community.enums import AskState, GroupEntry, Reason, Role, SanctionKind
from community.models import Group, GroupMember, GroupRequest, GroupRules, Message, Room, RoomEvent
from community.moderation import actions as moderation
from community.moderation import sanctions
from community.refusals import Refused
from ground import clock
from membership.actions import Source, grant
from tests.community.test_pages import signed_in
from tests.factories.accounts import person
from tests.factories.community import moderator, room, say

pytestmark = pytest.mark.django_db


def group_with(**fields: Any) -> Room:
    """A room whose group asks something of those who come in."""
    where = room()
    Group.objects.filter(pk=where.group_id).update(**fields)
    return Room.objects.select_related("group").get(pk=where.pk)


def refusal(act: Any) -> Code:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def reads_there(account: User | None, where: Room) -> bool:
    return access.access_room(account, where.group.slug, where.slug)[1].read


def test_an_open_group_takes_everybody_until_it_is_full() -> None:
    where = group_with(most_people=2)
    actions.join_group(actor=person(), group=where.group)
    ann = person()
    first = actions.join_group(actor=ann, group=where.group)
    assert actions.join_group(actor=ann, group=where.group) == first
    assert refusal(lambda: actions.join_group(actor=person(), group=where.group)) == Code.CLOSED
    assert reads_there(person(), where)


def test_a_group_for_a_right_asks_for_it_at_the_door_and_every_time() -> None:
    where, ann = group_with(entry=GroupEntry.KEY, entry_key="rooms:members"), person()
    assert refusal(lambda: actions.join_group(actor=ann, group=where.group)) == Code.FORBIDDEN
    ends = clock.now() + timedelta(days=30)
    grant(account=ann, key="rooms:members", source=Source("test", "1"), ends=ends, actor="test")
    assert not reads_there(ann, where)
    actions.join_group(actor=ann, group=where.group)
    _room, can = access.access_room(ann, where.group.slug, where.slug)
    assert can.read and can.write and can.until == ends
    grant(account=ann, key="rooms:members", source=Source("test", "1"), ends=clock.now() - timedelta(1), actor="test",
          starts=clock.now() - timedelta(2))  # fmt: skip
    assert not reads_there(ann, where)
    assert [line.locked for g in queries.directory(ann) for line in g.rooms] == [True]


def test_who_asks_waits_for_an_answer_and_is_told(client: Client) -> None:
    where, ann, ben = group_with(entry=GroupEntry.REQUEST), person("Ann"), person("Ben")
    mod = moderator(where, person())
    client.force_login(ann)
    client.post(f"/en/groups/{where.group.slug}/join/", {"words": "I throw pots."})
    asked = GroupRequest.objects.get()
    assert (asked.account, asked.words, reads_there(ann, where)) == (ann, "I throw pots.", False)
    assert actions.join_group(actor=ann, group=where.group) == asked
    assert "You have asked" in client.get(where.group.get_absolute_url()).content.decode()
    assert refusal(lambda: actions.answer_request(actor=ben, request_id=asked.pk, accept=True)) == Code.FORBIDDEN
    client.force_login(mod)
    assert "I throw pots." in client.get(f"/en/groups/{where.group.slug}/care/").content.decode()
    client.post(f"/en/groups/{where.group.slug}/care/", {"act": f"let_in:{asked.pk}"})
    assert reads_there(ann, where) and Notice.objects.filter(account=ann, kind="community.let_in").count() == 1
    other = actions.join_group(actor=ben, group=where.group)
    actions.answer_request(actor=mod, request_id=other.pk, accept=False)
    assert actions.answer_request(actor=mod, request_id=other.pk, accept=True).state == AskState.DECLINED
    assert refusal(lambda: actions.join_group(actor=ben, group=where.group)) == Code.CLOSED
    GroupRequest.objects.filter(account=ben).update(decided_at=clock.now() - timedelta(days=31))
    assert actions.join_group(actor=ben, group=where.group) != other


def test_an_unlisted_group_by_invitation_is_missing_until_the_link_and_the_link_ends(client: Client) -> None:
    where = group_with(entry=GroupEntry.INVITE, listed=False)
    mod, ann, ben = moderator(where, person()), person("Ann"), person("Ben")
    assert refusal(lambda: actions.join_group(actor=ann, group=where.group)) == Code.NOT_FOUND
    assert refusal(lambda: actions.invite(actor=ann, group=where.group)) == Code.FORBIDDEN
    assert refusal(lambda: actions.invite(actor=mod, group=where.group, most=101)) == Code.BAD
    link = actions.invite(actor=mod, group=where.group, most=1)
    at = f"/en/groups/invited/{link.token}/"
    client.force_login(ann)
    assert client.get(where.group.get_absolute_url()).status_code == 404
    assert where.group.name in client.get(at).content.decode()
    client.post(at)
    assert client.get(where.group.get_absolute_url()).status_code == 200 and reads_there(ann, where)
    client.force_login(ben)
    used_up = client.get(at)
    assert used_up.status_code == 410 and where.group.name not in used_up.content.decode()
    assert client.get("/en/groups/invited/guess/").status_code == 404
    late = actions.invite(actor=mod, group=where.group)
    type(late).objects.update(ends_at=clock.now())
    assert client.post(f"/en/groups/invited/{late.token}/").status_code == 410
    assert GroupMember.objects.filter(account=ben).count() == 0


def test_somebody_who_is_banned_does_not_come_back_by_any_door() -> None:
    where, ann = room(), person()
    mod = moderator(where, person())
    sanctions.impose(actor=mod, account=ann, kind=SanctionKind.GROUP_BAN, reason=Reason.UNKIND, group=where.group,
                     ends_at=clock.now() + timedelta(days=3))  # fmt: skip
    link = actions.invite(actor=mod, group=where.group)
    assert refusal(lambda: actions.join_group(actor=ann, group=where.group, token=link.token)) == Code.BARRED


def test_hosts_give_tasks_with_a_term_and_the_last_host_stays_one(client: Client) -> None:
    where, host, ann = room(), person("Host"), person("Ann")
    GroupMember.objects.create(group=where.group, account=host, role=Role.HOST)
    place = actions.join_group(actor=ann, group=where.group)
    client.force_login(host)
    at = f"/en/groups/{where.group.slug}/people/"
    client.post(at, {"who": place.pk, "role": "moderator"})
    place.refresh_from_db()
    assert place.role == Role.MODERATOR and place.term_ends and place.term_ends > clock.now() + timedelta(days=179)
    assert (
        "Ann" in client.get(at + "?q=an").content.decode()
        and "Host" not in client.get(at + "?q=an").context["page"].object_list
    )
    boss = lambda role: actions.set_role(actor=ann, group=where.group, account=host, role=role)  # noqa: E731
    assert refusal(lambda: boss(Role.MEMBER)) == Code.FORBIDDEN
    actions.set_role(actor=host, group=where.group, account=ann, role=Role.HOST)
    boss(Role.MEMBER)
    assert access.role_in(host, where.group_id) == Role.MEMBER
    client.force_login(person())
    assert client.get(at).status_code == 404


def test_the_people_of_a_large_group_cost_as_much_as_of_a_small_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    where, ann = room(), person("Ann")
    for account in [ann, *(person() for _ in range(30))]:
        actions.join_group(actor=account, group=where.group)
    client.force_login(ann)
    with django_assert_max_num_queries(16):
        client.get(f"/en/groups/{where.group.slug}/people/")


def test_rules_that_counted_stay_to_be_read(client: Client) -> None:
    where = room()
    group = where.group
    for words in ("Listen.", "Listen first.", "Listen first."):
        group.rules_en, group.rules_zh = words, "先听。"
        group.save()
    assert [r.text_en for r in GroupRules.objects.filter(group=group)] == ["Listen first.", "Listen."]
    page = client.get(f"/en/groups/{group.slug}/rules/").content.decode()
    assert page.index("Listen first.") < page.index("Listen.</p>")


def test_old_messages_go_for_good_with_every_copy_of_their_words_and_numbers_go_on() -> None:
    where, ann = room(keeps_days=30), person("Ann")
    old, young = say(ann, where, "xyzzy").message, say(ann, where, "plugh")
    answer = say(ann, where, "about it", reply_to=old.pk)
    long_ago = timezone.now() - timedelta(days=31)
    Message.objects.filter(pk=old.pk).update(created_at=long_ago)
    RoomEvent.objects.filter(room=where, seq=1).update(created_at=long_ago)
    forever = room()
    kept = say(ann, forever, "kept").message
    Message.objects.filter(pk=kept.pk).update(created_at=long_ago)
    assert keeping.erase_old() == 1 and keeping.erase_old() == 0
    assert not Message.objects.filter(pk=old.pk).exists() and Message.objects.filter(pk=kept.pk).exists()
    assert "xyzzy" not in str(list(RoomEvent.objects.filter(room=where).values_list("payload", flat=True)))
    where.refresh_from_db()
    assert where.oldest_seq == 2
    assert reads.events_after(where.pk, 0, str(where.epoch)).why == "pruned"
    caught = reads.events_after(where.pk, 1, str(where.epoch)).events
    assert caught is not None and [e["seq"] for e in caught] == [young.seq, answer.seq]
    assert say(ann, where, "next").message.no == answer.message.no + 1


def test_a_rule_change_of_the_door_is_felt_by_who_is_in_the_room() -> None:
    where, ann = room(), person()
    assert reads.socket_view(ann.pk, [where.pk]).lost == {}
    where.group.entry = GroupEntry.REQUEST
    where.group.save()
    assert (
        reads.socket_view(ann.pk, [where.pk]).lost == {where.pk: "none"} or reads.socket_view(ann.pk, [where.pk]).lost
    )


def test_how_a_group_is_in_numbers(client: Client, django_assert_max_num_queries: Any) -> None:
    where, ann, ben = room(), person("Ann"), person("Ben")
    mod = moderator(where, person())
    for account in (ann, ben):
        actions.join_group(actor=account, group=where.group)
    first = say(ann, where).message
    say(mod, where, reply_to=first.pk)
    moderation.report(actor=ben, target_key=first.subject, reason=Reason.UNKIND)
    state = health.of(where.group)
    assert (state.people, state.spoke_week, state.came, state.came_and_spoke) == (3, 2, 3, 2)
    assert (state.messages, state.answered, state.reports, state.per_thousand) == (2, 1, 1, 500.0)
    assert state.days[-1][1] == 2 and len(state.days) == 28 and state.hours_to_decide is None
    at = f"/en/groups/{where.group.slug}/health/"
    client.force_login(ann)
    assert client.get(at).status_code == 404
    client.force_login(mod)
    with django_assert_max_num_queries(24):
        assert "500.0" in client.get(at).content.decode()


def test_covers_come_with_the_groups_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_covers, "COVERS", {f"covered-{n}": ("tea", n) for n in range(4)})
    for n in range(4):
        room(group=Group.objects.create(slug=f"covered-{n}", name_zh=f"组{n}", name_en=f"Covered {n}"))
    demo_covers.hang()
    client = signed_in(person())
    html = client.get("/en/groups/").content.decode()  # the first visit makes what is shown
    assert html.count('class="art cover"') == 4 and 'alt=""' in html
    with CaptureQueriesContext(connection) as four:
        client.get("/en/groups/")
    Group.objects.exclude(slug="covered-0").update(cover=None)
    with CaptureQueriesContext(connection) as one:
        client.get("/en/groups/")
    assert len(four) == len(one)
    assert 'class="art cover"' in client.get("/en/groups/covered-0/").content.decode()
