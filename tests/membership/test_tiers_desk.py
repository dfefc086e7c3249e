"""Tiers in Wagtail's admin, their order, and the checks on entitlement keys."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from community.models import Room
from membership import checks, keys
from membership.models import ComparisonRow, Tier, TierRight
from subscriptions.billing import demo as billing
from tests.factories.accounts import person
from tests.factories.community import room
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db
EMPTY = inline_formset([])


@pytest.fixture
def owner(client: Any) -> Any:
    """The owner, at the admin."""
    tiers()
    client.force_login(person(is_staff=True, is_superuser=True))
    return client


def form(**changes: Any) -> dict[str, Any]:
    data = {
        "key": "reader", "name_zh": "读者", "name_en": "Reader", "tagline_zh": "", "tagline_en": "", "summary_zh": "",
        "summary_en": "", "visible": "on", "metered_reads": "3", "welcome_zh": "请坐", "welcome_en": "Sit down",
        "rights": EMPTY, "benefits": EMPTY, "steps": EMPTY,
    }  # fmt: skip
    return nested_form_data({**data, **changes})


def test_a_tier_is_made_with_its_rights_lines_and_first_things(owner: Any) -> None:
    answer = owner.post("/cms/tiers/new/", form(
        rights=inline_formset([{"key": "stories:friend"}]),
        benefits=inline_formset([{"text_zh": "一", "text_en": "One", "ORDER": "1"}, {"text_zh": "二", "text_en": "Two", "ORDER": "2"}]),
        steps=inline_formset([{"text_zh": "坐", "text_en": "Sit", "path": "/groups/", "ORDER": "1"}]),
    ))  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Tier.objects.get(key="reader")
    assert made.rank > 30 and made.gives == {"tier:reader", "stories:friend"}
    assert [b.text_en for b in made.benefits.all()] == ["One", "Two"] and made.steps.get().path == "/groups/"


@pytest.mark.parametrize(
    "wrong",
    [{"rights": inline_formset([{"key": "nobody:knows"}])},
     {"steps": inline_formset([{"text_zh": "坐", "text_en": "Sit", "path": "//evil.example"}])},
     {"steps": inline_formset([{"text_zh": str(n), "text_en": "Sit", "path": ""} for n in range(4)])},
     {"key": "friend"}],
)  # fmt: skip
def test_what_makes_no_sense_is_not_saved(owner: Any, wrong: dict[str, Any]) -> None:
    assert owner.post("/cms/tiers/new/", form(**wrong)).status_code == 200
    assert Tier.objects.count() == 3


def test_a_key_that_grants_name_cannot_be_changed(owner: Any) -> None:
    friend = Tier.objects.get(key="friend")
    rows = [{"key": r.key, "id": r.pk} for r in friend.rights.all()]
    answer = owner.post(f"/cms/tiers/edit/{friend.pk}/", form(
        key="foe", name_en="Guest", rights=inline_formset(rows, initial=len(rows)),
    ))  # fmt: skip
    assert answer.status_code == 302
    friend.refresh_from_db()
    assert (friend.key, friend.name_en) == ("friend", "Guest")


def test_keys_to_choose_from_are_those_that_something_asks_or_gives(owner: Any) -> None:
    room(slug="the-attic", read_key="rooms:attic")
    page = owner.get(f"/cms/tiers/edit/{Tier.objects.get(key='friend').pk}/").content.decode()
    assert "rooms:attic · rooms: the-attic" in page and 'value="stories:all"' in page


@pytest.mark.parametrize(("position", "expected"), [("0", "patron friend companion"), ("1", "friend patron companion"), ("", "friend companion patron")])  # fmt: skip
def test_dragging_ranks_anew_though_ranks_are_unique(owner: Any, position: str, expected: str) -> None:
    for n, tier in enumerate(Tier.objects.order_by("rank"), start=1):
        Tier.objects.filter(pk=tier.pk).update(rank=n)
    moved = Tier.objects.get(key="patron")
    assert owner.post(f"/cms/tiers/reorder/{moved.pk}/?position={position}").status_code == 200
    assert " ".join(Tier.objects.order_by("rank").values_list("key", flat=True)) == expected


def test_rows_of_the_comparison_are_edited_and_the_public_page_tells_at_once(owner: Any, client: Any) -> None:
    row = ComparisonRow.objects.first()
    cells = [{"id": c.pk, "tier": c.tier_id, "text_zh": c.text_zh, "text_en": "Said anew"} for c in row.cells.all()]
    data = nested_form_data({"label_zh": "题", "label_en": "Topic", "cells": inline_formset(cells, initial=len(cells))})
    assert owner.post(f"/cms/tier_comparison/edit/{row.pk}/", data).status_code == 302
    client.logout()
    assert "Said anew" in client.get("/en/join/").content.decode()


def test_pages_of_the_admin_open_and_strangers_stay_out(owner: Any, client: Any) -> None:
    for path in ("/cms/tiers/", "/cms/tiers/?ordering=rank", "/cms/tiers/new/", "/cms/tier_comparison/"):
        assert owner.get(path).status_code == 200
    client.force_login(member("patron"))
    assert client.get("/cms/tiers/").status_code in (302, 403)


def test_keys_that_open_nothing_are_told_with_a_remedy() -> None:
    tiers()
    billing.plans()
    assert [m for m in checks.findings() if m.id != "membership.W001"] == []
    TierRight.objects.create(tier=Tier.objects.first(), key="nobody:knows")
    room(slug="lost", read_key="tier:nowhere")
    room(slug="shut", read_key="rooms:nobody", write_key="account")
    found = {m.id: m for m in checks.findings()}
    assert set(found) == {"membership.E001", "membership.E002", "membership.W001"}
    assert "nobody:knows" in found["membership.E001"].msg and found["membership.E001"].hint
    assert "lost" in found["membership.E002"].msg and "friend" in found["membership.E002"].hint
    assert "shut" in found["membership.W001"].msg


def test_a_box_s_room_is_not_shut_for_everybody() -> None:
    tiers()
    billing.plans()
    room(read_key="box:monthly")
    assert "box:monthly" in keys.given() and checks.findings() == []


def test_the_check_runs_with_the_database_and_costs_the_same_whatever_the_rooms(capsys: Any) -> None:
    from django.db import connection

    tiers()
    call_command("check", "--tag", "database", "--database", "default")
    room()
    with CaptureQueriesContext(connection) as few:
        checks.findings()
    for _ in range(5):
        room()
    with CaptureQueriesContext(connection) as many:
        checks.findings()
    assert len(few) == len(many) and Room.objects.count() == 6
