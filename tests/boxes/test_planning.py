"""Plans and editions, set up by their owner without a programmer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from ground import clock
from subscriptions.billing.models import Plan, PlanPrice
from subscriptions.boxes import calendar
from subscriptions.boxes.actions import cycles, firsts, planning
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.models import BoxPlan, BoxSubscription, Cycle, CycleSlot, Item, Skip
from tests.billing.conftest import Till
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
PAPER = {
    "slug": "Paper", "name_zh": "纸事盒", "name_en": "The Paper Box", "promise_zh": "", "promise_en": "Paper, every quarter.",
    "every": "3", "anchor_month": "2", "cutoff_day": "20", "zone": "Europe/Lisbon", "first_box": "next", "skips_a_year": "1",
}  # fmt: skip
WORDS = {
    "theme_zh": "皮纸",
    "theme_en": "Bast paper",
    "season_zh": "冬",
    "season_en": "Winter",
    "words_zh": "",
    "words_en": "Warm.",
}


@pytest.fixture
def owner(db: None) -> Client:
    client = Client()
    client.force_login(person("Owner", is_staff=True, is_superuser=True))
    return client


def paper(**more: Any) -> BoxPlan:
    said = {
        "slug": "paper",
        "name_zh": "纸事盒",
        "name_en": "The Paper Box",
        "every": 3,
        "anchor_month": 2,
        "cutoff_day": 20,
    }
    return planning.keep_plan(BoxPlan(**{**said, **more}), actor="test")


@pytest.mark.sandbox
@pytest.mark.django_db(transaction=True)
def test_from_nothing_to_a_box_on_sale(till: Till, owner: Client) -> None:
    assert "No plan yet" in owner.get("/cms/boxes/plans/").content.decode()
    assert owner.post("/cms/boxes/plans/add/", PAPER).status_code == 302
    plan = BoxPlan.objects.get(slug="paper")
    billed = Plan.objects.get(kind="box", target="paper")
    assert not plan.active and (billed.billing_day, billed.billing_month, billed.needs_address) == (21, 2, True)
    at = f"/cms/boxes/plans/{plan.pk}/"
    assert owner.post(f"{at}variants/", {"slug": "thin", "name_zh": "薄", "name_en": "Thin"}).status_code == 302
    for how in ({"interval": "quarter", "amount": "360"}, {"interval": "once", "amount": "700", "boxes": "2"}):
        form = {"plan": billed.pk, "currency": "CNY", **how}
        assert owner.post("/cms/billing/prices/", form).status_code == 302
    made_at_stripe = PlanPrice.objects.filter(stripe_price__isnull=False, plan=billed)
    assert set(made_at_stripe.values_list("interval", "boxes")) == {("quarter", None), ("once", 2)}
    for wrong in (
        {"interval": "month", "boxes": "3"},
        {"interval": "once"},
        {"interval": "once", "boxes": "2", "gift_months": "2"},
    ):
        form = {"plan": billed.pk, "currency": "CNY", "amount": "10", **wrong}
        assert owner.post("/cms/billing/prices/", form).status_code == 422, wrong
    period = planning.next_period(plan)
    made = owner.post(f"{at}editions/", {"period": str(period), **WORDS})
    cycle = plan.cycles.get()
    assert made.status_code == 302 and cycle.theme_en == "Bast paper" and cycle.cutoff_at > clock.now()
    assert owner.post(at, {**PAPER, "active": "on"}).status_code == 302
    cycles.run_due(max(clock.now(), cycle.opens_at) + timedelta(minutes=1))
    shown = Client().get("/en/boxes/plans/paper/").content.decode()
    assert "360" in shown and "700" in shown
    listed = owner.get("/cms/boxes/plans/").content.decode()
    assert "The Paper Box" in listed or "纸事盒" in listed


@pytest.mark.parametrize(("wrong", "field"), [
    ({"slug": ""}, "slug"), ({"cutoff_day": "29"}, "cutoff_day"), ({"cutoff_day": "x"}, "cutoff_day"), ({"zone": "Mars/Base"}, "zone"),
    ({"every": "2"}, "every"), ({"anchor_month": "13"}, "anchor_month"),
    ({"skips_a_year": "-1"}, "skips_a_year"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_what_was_typed_stays(owner: Client, wrong: dict[str, str], field: str) -> None:
    page = owner.post("/cms/boxes/plans/add/", {**PAPER, **wrong})
    assert page.status_code == 422 and field in page.context["form"].errors
    assert "Paper, every quarter." in page.content.decode() and not BoxPlan.objects.exists()


def test_the_rhythm_is_free_until_an_edition_stands_in_it(owner: Client) -> None:
    plan = paper()
    plan.cutoff_day = 12
    planning.keep_plan(plan, actor="test")
    assert Plan.objects.get(target="paper").billing_day == 13
    planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    plan.cutoff_day = 5
    with pytest.raises(planning.RhythmIsSet):
        planning.keep_plan(plan, actor="test")
    kept = {**PAPER, "cutoff_day": "5", "name_en": "Paper and Ink"}
    assert owner.post(f"/cms/boxes/plans/{plan.pk}/", kept).status_code == 302  # what is fixed is not read
    plan.refresh_from_db()
    assert (plan.cutoff_day, plan.name_en, Plan.objects.get(target="paper").name_en) == (
        12,
        "Paper and Ink",
        "Paper and Ink",
    )


def test_a_subscription_alone_sets_the_rhythm() -> None:
    plan = paper()
    BoxSubscription.objects.create(account=person(), plan=plan, created_at=clock.now())
    assert planning.rhythm_is_set(plan)


def test_an_edition_stands_in_its_rhythm_once_and_not_in_the_past(owner: Client) -> None:
    plan = paper()
    first = planning.next_period(plan)
    assert (first.month - 2) % 3 == 0
    planning.plan_edition(plan, period=first, words=WORDS)
    second = planning.next_period(plan)
    assert str(second) > str(first) and (second.month - 2) % 3 == 0
    at = f"/cms/boxes/plans/{plan.pk}/editions/"
    for wrong in (str(first), "2026-01", "2020-02", "0000-02", "9999-02", "soon", ""):
        page = owner.post(at, {"period": wrong, **WORDS})
        assert page.status_code == 422 and "Bast paper" in page.content.decode(), wrong
    with pytest.raises(NotAllowed):
        planning.plan_edition(plan, period=first, words=WORDS)
    assert plan.cycles.count() == 1


def test_words_and_day_change_until_it_is_packed_and_closed(owner: Client) -> None:
    plan = paper()
    cycle = planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    at, later = f"/cms/boxes/editions/{cycle.pk}/", cycle.ships_on + timedelta(days=3)
    assert owner.post(at, {**WORDS, "theme_en": "Straw paper", "ships_on": later.isoformat()}).status_code == 302
    cycle.refresh_from_db()
    assert (cycle.theme_en, cycle.ships_on) == ("Straw paper", later)
    too_early = owner.post(at, {**WORDS, "ships_on": cycle.cutoff_at.date().isoformat()})
    assert too_early.status_code == 422
    Cycle.objects.filter(pk=cycle.pk).update(state="closed")
    assert owner.post(at, {**WORDS, "ships_on": later.isoformat()}).status_code == 422
    cycle.refresh_from_db()
    assert cycle.theme_en == "Straw paper"


def test_an_edition_nobody_knows_of_can_be_taken_back(owner: Client) -> None:
    plan = paper()
    cycle = planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    Cycle.objects.filter(pk=cycle.pk).update(state="open")
    owner.post(f"/cms/boxes/editions/{cycle.pk}/drop/")
    assert plan.cycles.exists()
    Cycle.objects.filter(pk=cycle.pk).update(state="planned")
    box = BoxSubscription.objects.create(account=person(), plan=plan, created_at=clock.now())
    Skip.objects.create(subscription=box, cycle=cycle, created_at=clock.now())
    owner.post(f"/cms/boxes/editions/{cycle.pk}/drop/")
    assert plan.cycles.exists()  # planned anew it would charge who skipped it
    Skip.objects.all().delete()
    assert owner.post(f"/cms/boxes/editions/{cycle.pk}/drop/").status_code == 302
    assert not plan.cycles.exists()


def test_the_welcome_box_is_planned_once_and_always_packed(owner: Client) -> None:
    plan = paper(first_box="welcome")
    at = f"/cms/boxes/plans/{plan.pk}/editions/?welcome=1"
    assert "welcome box" in owner.get(f"/cms/boxes/plans/{plan.pk}/").content.decode()
    assert owner.post(at, WORDS).status_code == 302
    assert owner.post(at, WORDS).status_code == 422
    cycle = plan.cycles.get()
    assert cycle.state == "packing" and not planning.rhythm_is_set(plan) and firsts.cycle_of(plan) is None
    item = Item.objects.create(sku="cup", name_zh="杯", name_en="Cup", on_hand=5)
    inside = f"/cms/boxes/{cycle.pk}/inside/"
    slot = {"slot-item": item.pk, "slot-kind_zh": "器", "slot-kind_en": "Vessel"}
    assert owner.post(f"{inside}add/", slot).status_code == 302
    assert firsts.cycle_of(plan) == cycle  # it can be sent now
    owner.post(f"{inside}{cycle.slots.get().pk}/drop/")
    assert not cycle.slots.exists()


def test_a_compartment_comes_out_until_the_cut_off(owner: Client) -> None:
    plan = paper()
    cycle = planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    item = Item.objects.create(sku="cup", name_zh="杯", name_en="Cup", on_hand=5)
    for state, left in (("locked", 1), ("open", 0)):
        CycleSlot.objects.get_or_create(cycle=cycle, item=item, kind_zh="器", kind_en="Vessel")
        Cycle.objects.filter(pk=cycle.pk).update(state=state)
        owner.post(f"/cms/boxes/{cycle.pk}/inside/{cycle.slots.get().pk}/drop/")
        assert cycle.slots.count() == left


def test_months_are_planned_one_after_the_other_once_somebody_counts_on_them() -> None:
    plan = paper(every=1, anchor_month=1)
    first = planning.next_period(plan)
    later = planning.Period(*calendar.next_month(first.year, first.month, 2))
    planning.plan_edition(plan, period=later, words=WORDS)  # nobody subscribes: the first box may come later
    with pytest.raises(NotAllowed):
        planning.plan_edition(plan, period=planning.Period(*calendar.next_month(later.year, later.month)), words=WORDS)
    planning.plan_edition(plan, period=first, words=WORDS)
    with pytest.raises(NotAllowed):
        ships = date(first.year, first.month, 1)
        planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS, ships_on=ships)


def test_variants_are_offered_and_put_away(owner: Client) -> None:
    plan = paper()
    at, thin = f"/cms/boxes/plans/{plan.pk}/variants/", {"slug": "thin", "name_zh": "薄", "name_en": "Thin"}
    assert owner.post(at, thin).status_code == 302
    again = owner.post(at, {**thin, "name_en": "Thinner"})
    assert again.status_code == 422 and "Thinner" in again.content.decode()
    row = plan.variants.get()
    owner.post(f"{at}{row.pk}/")
    row.refresh_from_db()
    assert not row.active
    assert owner.post(f"{at}999999/", follow=True).status_code == 404


def test_the_story_is_named_by_its_address(owner: Client) -> None:
    from tests.factories.editorial import story

    page = story("en")
    plan = paper()
    cycle = planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
    at = f"/cms/boxes/editions/{cycle.pk}/"
    assert owner.post(at, {**WORDS, "story": f"https://testserver{page.url}"}).status_code == 302
    cycle.refresh_from_db()
    assert cycle.story_key == page.subject_key
    assert owner.post(at, {**WORDS, "story": cycle.story_key}).status_code == 302  # the page as it was shown
    for wrong in ("https://testserver/en/boxes/", "nowhere", "http://[", "/en/none/"):
        refused = owner.post(at, {**WORDS, "story": wrong})
        assert refused.status_code == 422, wrong
    cycle.refresh_from_db()
    assert cycle.story_key == page.subject_key


def test_who_packs_changes_no_plan_and_a_stranger_sees_none(client: Client) -> None:
    plan = paper()
    client.force_login(person())
    for path in ("", "add/", f"{plan.pk}/", f"{plan.pk}/editions/"):
        assert client.get(f"/cms/boxes/plans/{path}").status_code in (302, 403)
    from django.contrib.auth.models import Permission

    packer = person("Packer", is_staff=True)
    given = Permission.objects.filter(codename__in=["access_admin", "change_cycle"])
    packer.user_permissions.set(given)
    client.force_login(packer)
    assert client.get(f"/cms/boxes/plans/{plan.pk}/").status_code == 200
    assert client.get("/cms/boxes/plans/add/").status_code in (302, 403)
    client.post(f"/cms/boxes/plans/{plan.pk}/", {**PAPER, "name_en": "Mine"})
    client.post(f"/cms/boxes/plans/{plan.pk}/variants/", {"slug": "x", "name_zh": "x", "name_en": "x"})
    plan.refresh_from_db()
    assert plan.name_en == "The Paper Box" and not plan.variants.exists()


def test_lists_ask_a_constant_number_of_questions(owner: Client, django_assert_max_num_queries: Any) -> None:
    plan = paper()
    owner.get("/cms/boxes/plans/")
    owner.get(f"/cms/boxes/plans/{plan.pk}/")
    for n in range(8):
        planning.plan_edition(plan, period=planning.next_period(plan), words=WORDS)
        paper(slug=f"paper-{n}")
    with django_assert_max_num_queries(10):
        owner.get("/cms/boxes/plans/")
    with django_assert_max_num_queries(18):
        owner.get(f"/cms/boxes/plans/{plan.pk}/")
