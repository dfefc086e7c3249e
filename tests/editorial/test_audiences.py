"""For whom something is published: the owner's tiers, by their names, whatever became of them."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.users.models import UserProfile

from editorial import audiences, kept
from editorial.blocks.body import MembersBlock
from editorial.models import StoryPage
from editorial.polls.models import Poll
from membership import checks
from membership.actions import order_tiers
from membership.models import Tier, TierRight
from tests.desk.conftest import editor, form_of
from tests.factories import editorial as pages
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db


def guest(rank: int = 5, **fields: Any) -> Tier:
    """A tier that no code knows of."""
    tier = Tier.objects.create(key="lantern", rank=rank, name_zh="提灯人", name_en="Lantern-bearer", **fields)
    TierRight.objects.create(tier=tier, key="stories:night")
    kept.forget()
    return tier


def said(language: str = "en") -> dict[str, str]:
    with override(language):
        return {key: str(label) for key, label in audiences.page_choices()}


def test_a_tier_that_the_owner_makes_can_close_a_story_and_its_name_stands_in_the_list() -> None:
    tiers()
    guest(rank=40)
    assert said()["tier:lantern"] == "Lantern-bearer only"
    assert said()["stories:night"] == "Stories of “night”: Lantern-bearer only"
    assert said()["tier:companion"] == "Companion · Patron"
    assert "提灯人" in said("zh-hans")["tier:lantern"]


def test_the_words_name_the_lowest_tier_and_those_above_it_when_all_of_them_open() -> None:
    tiers()
    kept.forget()
    words = said()
    assert words["tier:friend"] == "Friend and above" and words["tier:patron"] == "Patron only"
    assert words["stories:all"] == "Members’ stories: Companion and above"
    assert list(words)[:2] == ["", "account"]
    guest(rank=25)  # between Companion and Patron, and opens neither's
    words = said()
    assert words["stories:all"] == "Members’ stories: Companion · Patron"


def test_a_tier_that_changes_is_seen_at_once(django_capture_on_commit_callbacks: Any) -> None:
    by_key = tiers()
    kept.forget()
    assert said()["tier:friend"] == "Friend and above"
    with django_capture_on_commit_callbacks(execute=True):
        by_key["friend"].name_en = "Passer-by"
        by_key["friend"].save()
    assert said()["tier:friend"] == "Passer-by and above"
    order_tiers(order=[by_key["companion"].pk, by_key["friend"].pk, by_key["patron"].pk])
    assert said()["tier:friend"] == "Passer-by: Companion and above"


def test_the_list_costs_three_queries_once_however_many_tiers() -> None:
    tiers()
    guest(rank=40)
    said()
    kept.forget()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        audiences.page_choices()
    reads = [q for q in asked if q["sql"].startswith(("SELECT", "(SELECT"))]
    assert len(reads) == 3
    with CaptureQueriesContext(connection) as asked:
        audiences.page_choices()
        audiences.block_choices()
    assert len(asked) == 0


def test_the_wall_names_the_tier_that_opens_the_story_and_opens_for_it(client: Client) -> None:
    tiers()
    tier = guest(rank=40)
    page = pages.story(body=pages.gated_body(requires="stories:night"))
    kept.forget()
    wall = BeautifulSoup(client.get(page.url).content, "html.parser").select_one(".wall-tiers")
    assert wall is not None
    opens = [li.h3.get_text(" ") for li in wall.select("li:not([data-closed])")]
    assert len(opens) == 1 and opens[0].startswith(str(tier.name))
    reader = member("lantern")
    client.force_login(reader)
    assert pages.GATED in client.get(page.url).content.decode()


def test_an_editor_chooses_it_for_a_page_and_for_a_section_in_their_own_language() -> None:
    tiers()
    guest(rank=40)
    page, wen = pages.story(), editor("Wen")
    UserProfile.objects.create(user=wen, preferred_language="zh-hans")
    client = Client()
    client.force_login(wen, backend="django.contrib.auth.backends.ModelBackend")
    shown = BeautifulSoup(client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content, "html.parser")
    labels = {o["value"]: o.get_text() for o in shown.select("select[name=audience] option")}
    assert "提灯人" in labels["tier:lantern"]
    assert "63d0" in str(shown.select_one("#body[data-block]"))  # 提, escaped, in the section's own list
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]),
                form_of(client, page) | {"audience": "tier:lantern", "action-publish": "1"})  # fmt: skip
    assert StoryPage.objects.get(pk=page.pk).audience == "tier:lantern"


def test_what_is_stored_stays_chosen_when_its_tier_gives_it_no_more() -> None:
    tiers()
    page = pages.story(audience="stories:friend")
    TierRight.objects.filter(key="stories:friend").delete()
    kept.forget()
    assert said()["stories:friend"].endswith("no seat that can be joined")
    client = Client()
    client.force_login(editor("Wen"), backend="django.contrib.auth.backends.ModelBackend")
    assert form_of(client, page)["audience"] == "stories:friend"
    page.full_clean()
    assert MembersBlock().child_blocks["requires"].clean("stories:friend") == "stories:friend"


def test_a_draft_s_key_that_nobody_gives_is_not_opened_by_its_form() -> None:
    tiers()
    page = pages.story(audience="stories:lost")
    page.unpublish()
    kept.forget()
    assert "stories:lost" not in said()
    client = Client()
    client.force_login(editor("Wen"), backend="django.contrib.auth.backends.ModelBackend")
    assert form_of(client, page)["audience"] == "stories:lost"


def test_what_nobody_can_ask_for_is_refused() -> None:
    tiers()
    with pytest.raises(ValidationError):
        MembersBlock().child_blocks["requires"].clean("wishes:any")
    with pytest.raises(ValidationError):
        Poll(key="p", question_zh="问", question_en="Q", requires="wishes:any").full_clean()
    Poll(key="p", question_zh="问", question_en="Q", requires="tier:patron").full_clean()


def test_checks_still_find_keys_of_no_tier() -> None:
    tiers()
    pages.story(audience="tier:ghost")
    found = {message.id for message in checks.findings()}
    assert "membership.E002" in found
    assert not [m for m in run_checks(databases=[]) if m.id and m.id.startswith("fields.")]


def test_a_new_section_asks_for_what_the_house_gives() -> None:
    tiers()
    kept.forget()
    assert MembersBlock().child_blocks["requires"].get_default() == "stories:all"
    TierRight.objects.filter(key="stories:all").delete()
    kept.forget()
    assert MembersBlock().child_blocks["requires"].get_default() == "stories:friend"
    Tier.objects.all().delete()
    kept.forget()
    assert audiences.usual() == "account"
