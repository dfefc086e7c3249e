"""Complimentary seats: an end, a reason, a name; told of once; never silently over."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import Mail, Notice
from ground import clock, registry
from membership import entitlements
from membership.actions import NoEnd, end_comp, give_comp, run_comps
from membership.models import Comp, EntitlementGrant, GrantChange
from tests.factories.accounts import person
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db


@pytest.fixture
def given() -> Comp:
    """A seat for thirty days."""
    tiers()
    return give(person())


def give(account: Any, days: float = 30, **changes: Any) -> Comp:
    wish = {"tier_key": "companion", "ends": clock.now() + timedelta(days=days), "reason": "She taught us glazing."}
    return give_comp(account=account, actor="staff:1", **{**wish, **changes})


def test_a_seat_opens_until_its_end_and_not_beyond(given: Comp) -> None:
    assert entitlements.check(given.account, "stories:all").until == given.ends
    assert not entitlements.has(given.account, "stories:all", given.ends)
    assert EntitlementGrant.objects.get(account=given.account).source_kind == "comp"
    assert GrantChange.objects.get().actor == "staff:1"


def test_giving_again_moves_the_end_and_makes_no_second_one(given: Comp) -> None:
    later = clock.now() + timedelta(days=90)
    again = give(given.account, ends=later, reason="And firing.")
    assert again.pk == given.pk and Comp.objects.count() == EntitlementGrant.objects.count() == 1
    assert entitlements.check(given.account, "stories:all").until == later
    with pytest.raises(IntegrityError):
        Comp.objects.create(
            account=given.account, tier=given.tier, starts=clock.now(), ends=later, reason="x", given_by="y"
        )


def test_an_end_in_the_past_is_refused(given: Comp) -> None:
    with pytest.raises(NoEnd):
        give(given.account, days=0)


def test_ending_by_hand_ends_the_right_at_once_and_twice_is_once(given: Comp) -> None:
    assert end_comp(comp=given, actor="staff:2") and not end_comp(comp=given, actor="staff:2")
    entitlements.forget(given.account)
    assert not entitlements.has(given.account, "stories:all")
    assert give(given.account).pk != given.pk


def test_the_member_is_told_a_week_before_once_for_each_end(given: Comp) -> None:
    eight, six = given.ends - timedelta(days=8), given.ends - timedelta(days=6)
    assert (run_comps(eight), run_comps(six), run_comps(six)) == (0, 1, 0)
    mail = Mail.objects.get()
    assert mail.to == given.account.email and "同席" in mail.subject and "/join/" in mail.text and mail.html
    later = give(given.account, days=60)
    assert run_comps(later.ends - timedelta(days=2)) == 1
    assert Notice.objects.filter(account=given.account).count() == 2
    assert run_comps(later.ends) == 1 and run_comps(later.ends) == 0
    assert Comp.objects.get().closed_at is not None


def test_the_sweep_knows_of_it() -> None:
    assert registry.due_work.get("complimentary seats").run is run_comps


def test_staff_see_what_ends_soon_give_and_end(given: Comp, client: Any) -> None:
    far = give(person(), days=200)
    client.force_login(person(is_staff=True, is_superuser=True))
    page = client.get("/cms/comps/?show=soon").content.decode()
    assert given.account.email not in page or given.ends <= clock.now() + timedelta(days=30)
    assert (
        far.account.email not in page and far.account.email in client.get("/cms/comps/?show=running").content.decode()
    )
    wish = {"email": "nobody@example.com", "tier": "friend", "until": "2030-01-01", "reason": "A talk"}
    assert "Nobody has an account" in client.post("/cms/comps/", wish).content.decode()
    assert "over already" in client.post("/cms/comps/", {**wish, "until": "2020-01-01"}).content.decode()
    new = person()
    assert client.post("/cms/comps/", {**wish, "email": new.email}).status_code == 302
    made = Comp.objects.get(account=new)
    assert made.reason == "A talk" and made.given_by.startswith("staff:") and entitlements.has(new, "stories:friend")
    client.post(f"/cms/comps/{made.pk}/end/")
    assert Comp.objects.get(pk=made.pk).closed_at is not None
    client.force_login(member("patron"))
    assert client.get("/cms/comps/").status_code in (302, 403)


def test_a_comp_goes_with_the_account_and_stands_in_what_it_takes_along(given: Comp) -> None:
    section = registry.export_sections.get("membership")
    assert any(row.get("reason") == given.reason for row in section.collect(given.account))
    registry.erasure_steps.get("membership").erase(given.account)
    assert not Comp.objects.exists()
