"""Seats in a group: taken once, told when lost, kept by link or by domain."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import Mail, Notice, User
from ground import clock, registry
from membership import entitlements
from membership.actions import Source
from membership.models import EntitlementGrant
from membership.seats import actions, queries
from membership.seats.actions import inviting
from membership.seats.enums import Invited, Outcome
from membership.seats.models import Invitation, SeatBlock, SeatHolder
from tests.factories.accounts import person
from tests.factories.membership import tiers

pytestmark = pytest.mark.django_db
PAID = Source("plan", "sub_1")


def block(owner: User | None = None, seats: int = 3, **changes: Any) -> SeatBlock:
    tiers()
    now = clock.now()
    wish = {
        "tier_key": "companion",
        "source": PAID,
        "starts": now - timedelta(days=1),
        "ends": now + timedelta(days=30),
    }
    owner = owner or (SeatBlock.objects.first().owner if SeatBlock.objects.exists() else person("Owner"))
    return actions.set_block(owner=owner, seats=seats, actor="test", **{**wish, **changes})


def reads(account: User) -> bool:
    entitlements.forget(account)
    return entitlements.has(account, "stories:all")


def token_of(email: str) -> str:
    text = Mail.objects.filter(to=email).order_by("-pk").first().text
    return re.search(r"/account/seats/accept/([\w-]+)/", text)[1]


def test_a_seat_gives_the_tier_until_the_block_ends_and_renewal_carries_everybody_along() -> None:
    it, ann = block(), person()
    holder = actions.sit(block=it, account=ann, actor="test")
    assert reads(ann) and not reads(it.owner)
    assert EntitlementGrant.objects.get(account=ann).source_id == str(holder.pk)
    later = clock.now() + timedelta(days=365)
    block(ends=later)
    assert entitlements.check(User.objects.get(pk=ann.pk), "stories:all").until == later
    block(ends=later, overdue_since=clock.now() - timedelta(days=1))
    assert entitlements.check(User.objects.get(pk=ann.pk), "stories:all").overdue
    assert SeatBlock.objects.count() == 1 and SeatHolder.objects.count() == 1


def test_the_same_word_twice_changes_nothing() -> None:
    ends = clock.now() + timedelta(days=30)
    it, ann = block(ends=ends), person()
    actions.sit(block=it, account=ann, actor="test")
    epoch = User.objects.get(pk=ann.pk).auth_epoch
    block(ends=ends)
    assert actions.sit(block=it, account=ann, actor="test") and SeatHolder.objects.count() == 1
    assert User.objects.get(pk=ann.pk).auth_epoch == epoch


def test_a_full_block_takes_nobody_and_the_database_says_so_too() -> None:
    it = block(seats=1)
    holder = actions.sit(block=it, account=person(), actor="test")
    with pytest.raises(actions.NoSeat):
        actions.sit(block=it, account=person(), actor="test")
    with pytest.raises(IntegrityError):
        SeatHolder.objects.create(block=it, account=person(), number=holder.number, taken_at=clock.now())


def test_removing_ends_the_right_tells_the_person_and_can_be_undone() -> None:
    it, ann = block(), person()
    holder = actions.sit(block=it, account=ann, actor="test")
    assert actions.release(holder=holder, actor="owner") and not actions.release(holder=holder, actor="owner")
    assert not reads(ann) and Notice.objects.filter(account=ann, kind="seats.lost").count() == 1
    assert actions.restore(holder=holder, actor="owner").pk == holder.pk and reads(ann)


def test_fewer_seats_than_people_the_owner_chooses_and_only_then_the_newest_go() -> None:
    it = block(seats=3)
    people = [person(f"P{n}") for n in range(3)]
    for account in people:
        actions.sit(block=it, account=account, actor="test")
    it = block(seats=1)
    it = block(seats=1)
    assert it.choose_by and all(reads(p) for p in people)
    assert Notice.objects.filter(account=it.owner, kind="seats.choose").count() == 1
    assert actions.run_due(it.choose_by - timedelta(hours=1)) == 0
    assert actions.run_due(it.choose_by) == 2 and actions.run_due(it.choose_by) == 0
    assert [reads(p) for p in people] == [True, False, False]
    assert Notice.objects.filter(kind="seats.lost").count() == 2
    assert Notice.objects.filter(account=it.owner, kind="seats.shrunk").count() == 1


def test_an_owner_who_chooses_in_time_loses_nobody_else_and_more_seats_call_it_off() -> None:
    it = block(seats=3)
    holders = [actions.sit(block=it, account=person(), actor="test") for _ in range(3)]
    it = block(seats=2)
    actions.release(holder=holders[0], actor="owner")
    it.refresh_from_db()
    assert it.choose_by is None and actions.run_due(clock.now() + timedelta(days=60)) == 0
    block(seats=1)
    assert block(seats=3).choose_by is None


def test_a_payment_that_is_over_ends_every_seat_and_everybody_is_told() -> None:
    it, ann = block(), person()
    actions.sit(block=it, account=ann, actor="test")
    block(seats=0)
    assert not reads(ann) and Notice.objects.filter(account=ann, kind="seats.lost").exists()
    with pytest.raises(actions.NoSeat):
        actions.sit(block=it, account=ann, actor="test")


def test_each_line_of_many_invitations_has_its_answer() -> None:
    it, ann = block(seats=3), person(email="ann@example.org")
    actions.sit(block=it, account=ann, actor="test")
    words = [
        "new@example.org",
        "NEW@example.org",
        "no address",
        "ann@example.org",
        "two@example.org",
        "three@example.org",
    ]
    lines = actions.invite(block=it, emails=words, actor="test")
    assert [(line.email, line.outcome) for line in lines] == [
        ("new@example.org", Outcome.INVITED), ("no address", Outcome.BAD), ("ann@example.org", Outcome.SITS),
        ("two@example.org", Outcome.INVITED), ("three@example.org", Outcome.FULL),
    ]  # fmt: skip
    assert actions.invite(block=it, emails=["new@example.org"], actor="test")[0].outcome == Outcome.AGAIN
    assert Mail.objects.count() == 2 and Mail.objects.first().html


def test_a_link_is_good_once_and_its_token_is_not_kept(client: Any) -> None:
    it, ann = block(), person()
    actions.invite(block=it, emails=["ann@example.org"], actor="test")
    token = token_of("ann@example.org")
    assert token not in str(Invitation.objects.values().get())
    path = f"/en/account/seats/accept/{token}/"
    page = client.get(path).content.decode()
    assert (
        "Owner keeps a seat for you" in page
        and "<form" not in page.partition("entrance-card")[2].partition("</main>")[0]
    )
    assert (
        'content="no-referrer"' not in page
    )  # it would make the browser say `Origin: null`, and the button be refused
    client.force_login(ann)
    assert client.get(path).status_code == 200 and not reads(ann)
    assert client.post(path)["Location"].endswith("/join/welcome/companion/") and reads(ann)
    client.force_login(person())
    assert client.get(path).status_code == 410 and client.post(path).status_code == 410
    assert SeatHolder.objects.count() == 1


@pytest.mark.parametrize("how", ["withdrawn", "old", "sent again"])
def test_a_link_that_was_taken_back_is_too_old_or_replaced_opens_nothing(how: str) -> None:
    it = block()
    actions.invite(block=it, emails=["ann@example.org"], actor="test")
    token, row = token_of("ann@example.org"), Invitation.objects.get()
    if how == "withdrawn":
        assert actions.withdraw(invitation=row) and not actions.withdraw(invitation=row)
    elif how == "old":
        Invitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    else:
        assert actions.resend(invitation=row)
        assert inviting.find(token_of("ann@example.org"))
    with pytest.raises(inviting.NotAcceptable):
        actions.accept(token=token, account=person())


def test_a_full_block_leaves_the_link_good() -> None:
    it = block(seats=1)
    actions.invite(block=it, emails=["ann@example.org"], actor="test")
    other = actions.sit(block=it, account=person(), actor="test")
    token = token_of("ann@example.org")
    with pytest.raises(actions.NoSeat):
        actions.accept(token=token, account=person())
    assert Invitation.objects.get().state == Invited.WAITING
    actions.release(holder=other, actor="test")
    assert actions.accept(token=token, account=person())


def test_a_domain_lets_its_verified_people_in_and_public_mail_is_none() -> None:
    owner = person(email="owner@atelier.example")
    it, ann, ben, eve = (
        block(owner),
        person(email="ann@atelier.example"),
        person(),
        person(email="eve@evilatelier.example"),
    )
    for wrong in ("gmail.com", "QQ.com", "163.com", "elsewhere.example"):
        with pytest.raises(ValidationError):
            actions.add_domain(block=it, domain=wrong, actor=owner)
    actions.add_domain(block=it, domain="@Atelier.example", actor=owner)
    EmailAddress.objects.create(user=ben, email="ben@atelier.example", verified=False)
    for stranger in (ben, eve):
        assert queries.kept_for(stranger) == []
        with pytest.raises(inviting.NotAcceptable):
            actions.join_by_domain(block=it, account=stranger)
    assert queries.kept_for(ann) == [it]
    actions.join_by_domain(block=it, account=ann)
    assert reads(ann) and queries.kept_for(ann) == []


def test_the_owner_s_page_shows_seats_and_does_everything(client: Any) -> None:
    it, ann = block(person("Owner", email="owner@atelier.example"), seats=4), person("Ann")
    holder = actions.sit(block=it, account=ann, actor="test")
    client.force_login(it.owner)
    at = f"/en/account/seats/{it.public_id}"
    answer = client.post(f"{at}/invite/", {"emails": "a@x.example, b@x.example\nnonsense"}).content.decode()
    assert answer.count("Invited") >= 2 and "Not an e-mail address" in answer
    page = client.get("/en/account/seats/").content.decode()
    assert (
        page.count('data-seat="taken"') == 1
        and page.count('data-seat="kept"') == 2
        and page.count('data-seat="free"') == 1
    )
    client.post(f"/en/account/seats/person/{holder.pk}/remove/")
    assert not reads(ann) and "got up" in client.get("/en/account/seats/").content.decode()
    client.post(f"/en/account/seats/person/{holder.pk}/back/")
    assert reads(ann)
    client.post(f"{at}/domain/", {"domain": "atelier.example"})
    assert "@atelier.example" in client.get("/en/account/seats/").content.decode()
    client.post(f"{at}/domain/", {"rule": it.domains.get().pk})
    assert not it.domains.exists()
    row = Invitation.objects.filter(state=Invited.WAITING).first()
    client.post(f"/en/account/seats/invitation/{row.pk}/resend/")
    client.post(f"/en/account/seats/invitation/{row.pk}/withdraw/")
    assert Invitation.objects.get(pk=row.pk).state == Invited.REVOKED
    client.post(f"{at}/take/")
    assert reads(it.owner)
    assert "Group seats" in client.get("/en/account/").content.decode()


def test_somebody_else_s_block_is_not_there(client: Any) -> None:
    it = block()
    holder = actions.sit(block=it, account=person(), actor="test")
    actions.invite(block=it, emails=["a@x.example"], actor="test")
    client.force_login(person())
    for path in (f"{it.public_id}/invite/", f"{it.public_id}/domain/", f"{it.public_id}/take/", f"person/{holder.pk}/remove/",
                 f"invitation/{Invitation.objects.get().pk}/withdraw/"):  # fmt: skip
        assert client.post(f"/en/account/seats/{path}").status_code == 404
    assert holder.account.entitlement_grants.get().ends > clock.now()


def test_the_page_costs_the_same_whatever_the_people(client: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    it = block(seats=30)
    client.force_login(it.owner)
    counts = []
    for n in (1, 8):
        for _ in range(n):
            actions.sit(block=it, account=person(), actor="test")
        actions.invite(block=it, emails=[f"{n}-{k}@x.example" for k in range(n)], actor="test")
        client.get("/en/account/seats/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/en/account/seats/")
        counts.append([q["sql"] for q in seen if "seats_" in q["sql"]])
    assert len(counts[0]) == len(counts[1]), counts


def test_staff_see_on_a_member_which_seats_they_took_and_left() -> None:
    it, ann = block(), person()
    holder = actions.sit(block=it, account=ann, actor="test")
    actions.release(holder=holder, actor="test")
    told = registry.member_activities.get("seats").entries(ann, 10)
    assert len(told) == 2 and told[0][0] > told[1][0] and "Owner" in str(told[0][1])
