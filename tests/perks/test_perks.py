"""Perks are obligations: claimed once, owed in time, void when the money goes back, and every move has a name."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Mail, Notice, User
from ground import clock, registry
from membership.actions import Source, grant, revoke
from membership.perks import actions, demo, queries
from membership.perks.enums import MOVES, State
from membership.perks.models import Birthday, Marking, Obligation, ObligationMove, Perk
from membership.queries import tenure_of
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db
PAID = Source("plan", "7")


def perk(**changes: Any) -> Perk:
    tiers()
    wish = {"key": f"perk-{Perk.objects.count()}", "kind": "ticket", "name_zh": "票", "name_en": "Ticket",
            "entitlement": "tier:companion", "quota": 2, "period": "year", "claimable": True}  # fmt: skip
    return Perk.objects.create(**{**wish, **changes})


def paying(tier: str = "companion", days: int = 30, since: int = 10, **more: Any) -> User:
    account = person()
    grant(account=account, key=f"tier:{tier}", source=PAID, actor="test", starts=clock.now() - timedelta(days=since),
          ends=clock.now() + timedelta(days=days), **more)  # fmt: skip
    return account


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def test_a_quota_is_used_up_and_comes_anew_with_its_period(monkeypatch: Any) -> None:
    ticket, ann = perk(period="month"), paying(days=400)
    first, second = (actions.claim(perk=ticket, account=ann) for _ in range(2))
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(actions.NothingLeft):
        actions.claim(perk=ticket, account=ann)
    monkeypatch.setattr(clock, "now", lambda: timezone.now() + timedelta(days=31))
    assert actions.claim(perk=ticket, account=ann).number == 1


def test_the_database_lets_no_two_share_a_place() -> None:
    ticket, ann = perk(), paying()
    row = actions.claim(perk=ticket, account=ann)
    with pytest.raises(IntegrityError):
        Obligation.objects.create(perk=ticket, account=ann, period_key=row.period_key, number=1, owed_at=row.owed_at,
                                  due_on=row.due_on, changed_at=row.changed_at)  # fmt: skip


@pytest.mark.parametrize(
    "why", ["no right", "a lower tier", "overdue", "ended", "archived", "not claimable", "standing", "too early"]
)
def test_what_is_not_one_s_own_cannot_be_claimed(why: str) -> None:
    changes = {
        "archived": {"archived": True},
        "not claimable": {"claimable": False},
        "standing": {"quota": 0},
        "too early": {"after_months": 3},
    }
    ticket = perk(**changes.get(why, {}))
    ann = {"no right": person, "a lower tier": lambda: paying("friend"), "ended": lambda: paying(days=-1),
           "overdue": lambda: paying(overdue_since=clock.now() - timedelta(days=1))}.get(why, paying)()  # fmt: skip
    with pytest.raises(actions.NotYours):
        actions.claim(perk=ticket, account=ann)
    assert not Obligation.objects.exists()


@pytest.mark.parametrize("before", State.values)
@pytest.mark.parametrize("after", State.values)
def test_the_table_is_the_law_and_every_move_has_its_name(before: str, after: str) -> None:
    row = actions.claim(perk=perk(), account=paying())
    Obligation.objects.filter(pk=row.pk).update(state=before)
    row.refresh_from_db()
    if after in MOVES[before]:
        actions.move(row=row, to=after, actor="staff:9")
        last = ObligationMove.objects.order_by("pk").last()
        assert (last.before, last.after, last.actor) == (before, after, "staff:9")
    else:
        with pytest.raises(actions.NotAllowed):
            actions.move(row=row, to=after, actor="staff:9")
    assert Obligation.objects.get().state == (after if after in MOVES[before] else before)


def test_of_two_movers_one_hears_that_it_has_moved() -> None:
    row = actions.claim(perk=perk(), account=paying())
    stale = Obligation.objects.get()
    actions.move(row=row, to=State.PREPARED, actor="a")
    with pytest.raises(actions.NotAllowed):
        actions.move(row=stale, to=State.VOID, actor="b")


def test_the_sweep_owes_what_comes_by_itself_once_a_period() -> None:
    gift, ann = perk(claimable=False, quota=2), paying()
    paying("friend"), person(), paying(overdue_since=clock.now())
    now = clock.now()
    assert actions.owe_due(now) == 2 and actions.owe_due(now) == 0
    assert {o.account_id for o in Obligation.objects.all()} == {ann.pk}
    assert Notice.objects.filter(account=ann, kind="perks.owed").count() == 2
    assert gift.obligations.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_refund_voids_the_ticket_and_flags_what_is_out(client: Any) -> None:
    ticket, ann = perk(quota=3), paying()
    owed, prepared, sent = (actions.claim(perk=ticket, account=ann) for _ in range(3))
    actions.move(row=prepared, to=State.PREPARED, actor="t")
    for to in (State.PREPARED, State.SENT):
        actions.move(row=sent, to=to, actor="t")
    revoke(account=ann, source=PAID, actor="refund")
    states = {o.pk: (o.state, o.flagged) for o in Obligation.objects.all()}
    assert states == {owed.pk: ("void", False), prepared.pk: ("void", False), sent.pk: ("sent", True)}


def test_a_natural_end_takes_nothing_back_and_the_sweep_finds_what_a_lost_word_did_not() -> None:
    ticket, ann = perk(), paying(days=30)
    row = actions.claim(perk=ticket, account=ann)
    assert actions.void_due(clock.now() + timedelta(days=40)) == 0
    ann.entitlement_grants.update(ends=clock.now() - timedelta(seconds=1))
    assert actions.void_due(clock.now()) == 1 and Obligation.objects.get(pk=row.pk).state == State.VOID


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_keeps_what_was_asked_for() -> None:
    ticket, ann = perk(), paying("companion")
    row = actions.claim(perk=ticket, account=ann)
    from django.db import transaction

    with transaction.atomic():
        revoke(account=ann, source=PAID, actor="billing", key="tier:companion")
        up = grant(account=ann, key="tier:patron", source=PAID, actor="billing", ends=clock.now() + timedelta(days=30))
    row.refresh_from_db()
    assert row.state == State.OWED and row.grant_id == up.pk


def test_what_was_not_sent_in_time_expires() -> None:
    row = actions.claim(perk=perk(valid_days=10), account=paying())
    assert actions.expire_due(clock.now() + timedelta(days=9)) == 0
    assert actions.expire_due(clock.now() + timedelta(days=11)) == 1
    assert Obligation.objects.get(pk=row.pk).state == State.EXPIRED


def birthday(month: int, day: int, **more: Any) -> User:
    account = paying(days=3000, since=1200, **more)
    actions.keep_birthday(account=account, month=month, day=day)
    return account


def test_a_birthday_gift_comes_once_in_twelve_months_leap_days_too(monkeypatch: Any) -> None:
    gift = perk(kind="birthday", quota=1, claimable=False)
    account = birthday(2, 29)
    for year, due in ((2027, date(2027, 2, 28)), (2028, date(2028, 2, 29)), (2029, date(2029, 2, 28))):
        early, late = noon(due - timedelta(days=15)), noon(due - timedelta(days=3))
        monkeypatch.setattr(clock, "now", lambda at=early: at)
        assert actions.owe_due(early) == 0, year
        monkeypatch.setattr(clock, "now", lambda at=late: at)
        assert (actions.owe_due(late), actions.owe_due(late)) == (1, 0), year
        assert gift.obligations.order_by("-due_on").first().due_on == due
    assert Obligation.objects.filter(account=account).count() == 3


def test_who_moves_the_birthday_gets_no_second_gift(monkeypatch: Any) -> None:
    perk(kind="birthday", quota=1, claimable=False)
    account = birthday(12, 20)
    first, second = noon(date(2027, 12, 18)), noon(date(2028, 1, 18))
    monkeypatch.setattr(clock, "now", lambda: first)
    assert actions.owe_due(first) == 1
    actions.keep_birthday(account=account, month=1, day=20)
    monkeypatch.setattr(clock, "now", lambda: second)
    assert actions.owe_due(second) == 0


def test_a_birthday_nobody_agreed_to_is_not_kept(client: Any) -> None:
    ann = person()
    client.force_login(ann)
    client.post("/en/account/perks/birthday/", {"month": 2, "day": 30, "agree": "on"})
    client.post("/en/account/perks/birthday/", {"month": 2, "day": 29})
    assert not Birthday.objects.exists()
    client.post("/en/account/perks/birthday/", {"month": 2, "day": 29, "agree": "on"})
    assert str(Birthday.objects.get(account=ann)) == "02-29"
    client.post("/en/account/perks/birthday/", {"forget": "1"})
    assert not Birthday.objects.exists()


def test_a_perk_for_long_sitting_waits_for_its_months() -> None:
    perk(claimable=False, quota=1, period="once", after_months=12)
    paying(since=300)
    ann = paying(since=400)
    assert actions.owe_due(clock.now()) == 1 and Obligation.objects.get().account_id == ann.pk
    assert tenure_of(ann).months == 13


def test_marks_are_tried_first_recorded_together_and_undone_together() -> None:
    ticket = perk(quota=3)
    rows = [actions.claim(perk=ticket, account=paying()) for _ in range(3)]
    ids = [r.pk for r in rows]
    actions.move(row=rows[0], to=State.PREPARED, actor="x")
    tried = actions.try_marks(perk=ticket, ids=ids, to=State.PREPARED)
    assert (len(tried.moves), len(tried.stays)) == (2, 1) and not Marking.objects.exists()
    made = actions.mark(perk=ticket, ids=ids, to=State.PREPARED, actor="staff:1")
    assert made.moves.count() == 2
    actions.move(row=Obligation.objects.get(pk=ids[1]), to=State.SENT, actor="y")
    assert actions.undo_last(perk=ticket, actor="staff:1") == 1 and actions.undo_last(perk=ticket, actor="staff:1") == 0
    assert list(Obligation.objects.order_by("pk").values_list("state", flat=True)) == ["prepared", "sent", "owed"]


def test_codes_come_in_by_a_table_and_bad_lines_are_told() -> None:
    ticket = perk(quota=9)
    good, owed = actions.claim(perk=ticket, account=paying()), actions.claim(perk=ticket, account=paying())
    actions.move(row=good, to=State.PREPARED, actor="x")
    lines = [
        [str(good.pk), "SF-1"],
        [str(owed.pk), "SF-2"],
        ["99999", "SF-3"],
        [str(good.pk), "SF-4"],
        [str(good.pk), ""],
        ["x"],
    ]
    report = actions.bring_codes(perk=ticket, lines=lines, actor="s", dry=True)
    assert [b.trouble for b in report] == ["", "state", "unknown", "twice", "twice", "unknown"]
    assert Obligation.objects.get(pk=good.pk).state == State.PREPARED
    actions.bring_codes(perk=ticket, lines=lines, actor="s", dry=False)
    good.refresh_from_db()
    assert (good.state, good.code) == (State.SENT, "SF-1")
    assert "SF-1" in Mail.objects.get(to=good.account.email).text
    assert actions.undo_last(perk=ticket, actor="s") == 1
    good.refresh_from_db()
    assert (good.state, good.code) == (State.PREPARED, "")


def test_staff_work_through_the_due_list(client: Any) -> None:
    ticket = perk(quota=2)
    ann = paying()
    ann.name = "=cmd()"
    ann.save()
    row = actions.claim(perk=ticket, account=ann)
    client.force_login(person(is_staff=True, is_superuser=True))
    at = f"/cms/due/{ticket.pk}/"
    assert (
        "Ticket" in client.get("/cms/due/").content.decode()
        and ann.email in client.get(f"{at}?state=owed&q={ann.email}").content.decode()
    )
    assert ann.email not in client.get(f"{at}?state=sent").content.decode()
    tried = client.post(at, {"row": [row.pk], "to": "prepared"}).content.decode()
    assert "1 would be marked" in tried and Obligation.objects.get().state == State.OWED
    client.post(at, {"row": [row.pk], "to": "prepared", "do": "1"})
    assert Obligation.objects.get().state == State.PREPARED
    table = client.get(f"{at}table.csv").content.decode()
    assert "'=cmd()" in table
    text = f"id,code\n{row.pk},SF-1\n"
    assert "1 line is good" in client.post(f"{at}codes/", {"text": text}).content.decode()
    client.post(f"{at}codes/", {"text": text, "do": "1"})
    assert Obligation.objects.get().code == "SF-1"
    client.post(f"{at}undo/")
    assert Obligation.objects.get().state == State.PREPARED
    for page in ("/cms/perks/", "/cms/perks/new/", f"/cms/perks/edit/{ticket.pk}/"):
        assert client.get(page).status_code == 200
    client.force_login(member("patron"))
    assert client.get(at).status_code in (302, 403)


def test_a_member_sees_used_and_left_asks_and_says_that_it_came(client: Any) -> None:
    ticket, ann = perk(), paying()
    client.force_login(ann)
    assert "0 used, 2 left" in client.get("/en/account/").content.decode()
    client.post(f"/en/account/perks/{ticket.key}/claim/")
    page = client.get("/en/account/perks/").content.decode()
    assert "1 used, 1 left" in page and 'value="1"' in page
    row = Obligation.objects.get()
    for to in (State.PREPARED, State.SENT):
        actions.move(row=row, to=to, actor="t")
    assert client.post(f"/en/account/perks/received/{row.pk}/").status_code == 302
    assert Obligation.objects.get().state == State.RECEIVED
    client.force_login(person())
    assert client.post(f"/en/account/perks/{ticket.key}/claim/").status_code == 404
    assert client.post(f"/en/account/perks/received/{row.pk}/").status_code == 404


def test_the_page_costs_the_same_whatever_the_perks() -> None:
    perk(after_months=1)
    ann = paying()
    counts = []
    for _ in range(2):
        account = User.objects.get(pk=ann.pk)
        with CaptureQueriesContext(connection) as seen:
            queries.perks_of(account)
        counts.append(len(seen))
        for _ in range(4):
            actions.claim(perk=perk(), account=ann)
    assert counts[0] == counts[1] <= 4


def test_a_standing_perk_is_there_while_the_right_is() -> None:
    early = perk(quota=0, key="early-door")
    assert queries.has_perk(paying(), early.key) and not queries.has_perk(paying("friend"), early.key)
    assert not queries.has_perk(None, early.key) and not queries.has_perk(paying(), "nothing")


def test_seeds_are_there_once_and_data_goes_along_and_goes_away() -> None:
    tiers()
    patron, friend = person(email="patron@example.com"), person(email="member@example.com")
    member("patron", account=patron), member("companion", account=friend)
    for _ in range(2):
        demo.seed(lambda text: None)
    assert Obligation.objects.filter(account=patron).get().state == State.SENT and Obligation.objects.count() == 2
    section, step = registry.export_sections.get("perks"), registry.erasure_steps.get("perks")
    assert section.collect(patron)[0]["code"] == "YAO-0217" and any(
        "birthday" in row for row in section.collect(friend)
    )
    step.erase(friend)
    assert section.collect(friend) == []


def test_staff_see_on_a_member_what_came_of_it(django_assert_num_queries: Any) -> None:
    ticket, ann = perk(), paying()
    row = actions.claim(perk=ticket, account=ann)
    actions.move(row=row, to=State.PREPARED, actor="staff:1")
    with django_assert_num_queries(1):
        told = registry.member_activities.get("perks").entries(ann, 10)
    assert [text.rpartition("(")[2] for _, text, _ in told] == ["staff:1)", f"account:{ann.pk})"]
    assert told[0][2] == f"/cms/due/{ticket.pk}/"
