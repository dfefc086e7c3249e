"""Metered reads: so many a month, counted once, known to every surface that asks the one question."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from editorial.models import StoryPage
from membership import entitlements, meter
from membership.models import MeterSetting, Tier
from tests.factories import accounts
from tests.factories import editorial as pages
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(account: object) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client


def unlock(client: Client, page: StoryPage) -> str:
    """Spend a read and follow to where it leads; answers the page."""
    path = f"/en/stories/{page.slug}/"
    answer = client.post(f"/en/read/{page.translation_key}/open/", {"next": f"{path}#p5"})
    assert (answer.status_code, answer["Location"]) == (302, f"{path}#p5")
    return client.get(path).content.decode()


def test_a_free_account_opens_two_stories_a_month_and_reads_on_at_the_sentence() -> None:
    tiers()
    one, two, three = (pages.story(slug=name) for name in ("one", "two", "three"))
    client = signed_in(accounts.person())
    assert "2 of 2 left this month" in client.get("/en/stories/one/").content.decode()
    assert pages.GATED in unlock(client, one)
    assert "1 of 2 left this month" in client.get("/en/stories/two/").content.decode()
    assert pages.GATED in unlock(client, two)
    text = unlock(client, three)
    assert pages.GATED not in text
    assert "stories are read" in text
    assert pages.GATED in client.get("/en/stories/one/").content.decode()  # what is open stays open


def test_opening_the_same_story_again_costs_nothing_and_next_month_there_are_new_ones() -> None:
    account, page = accounts.person(), pages.story()
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        meter.spend(account=account, key=page.subject_key)
        meter.spend(account=account, key=page.subject_key)
        assert meter.read(account).left == 1
    with time_machine.travel(datetime(2026, 12, 2, 12, tzinfo=UTC), tick=False):
        entitlements.forget(account)
        assert meter.read(account).left == 2
        assert entitlements.has(account, page.subject_key)
    with time_machine.travel(datetime(2026, 12, 21, 12, tzinfo=UTC), tick=False):
        entitlements.forget(account)
        assert not entitlements.has(account, page.subject_key)


def test_the_month_ends_at_midnight_of_the_house() -> None:
    assert meter.period_of(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)) == "2026-11"
    assert meter.period_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == "2026-12"


def test_a_tier_may_have_a_number_of_its_own_and_the_house_may_meter_nothing() -> None:
    friend = member("friend")
    Tier.objects.filter(key="friend").update(metered_reads=5)
    assert meter.read(friend).allowed == 5
    MeterSetting.objects.create(free_reads=0)
    free = accounts.person()
    assert meter.read(free).allowed == 0
    page = pages.story()
    assert "left this month" not in signed_in(free).get(f"/en/stories/{page.slug}/").content.decode()
    with pytest.raises(meter.MeterSpent):
        meter.spend(account=free, key=page.subject_key)


def test_one_story_opened_opens_no_other_surface() -> None:
    tiers()
    one, two = pages.story(slug="one"), pages.story(slug="two")
    account = accounts.person()
    client = signed_in(account)
    unlock(client, one)
    assert pages.GATED not in client.get("/en/stories/two/").content.decode()
    assert not entitlements.has(account, "stories:all")
    assert pages.GATED not in client.get("/feeds/atom.xml?lang=en").content.decode()
    assert two.subject_key != one.subject_key


def test_a_visitor_is_asked_to_sign_in_and_told_of_the_meter(client: Client) -> None:
    tiers()
    page = pages.story(slug="one")
    text = client.get("/en/stories/one/").content.decode()
    assert "A free account opens 2 members’ stories each month." in text
    answer = client.post(f"/en/read/{page.translation_key}/open/")
    assert answer.status_code == 302 and "/account/login/" in answer["Location"]


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_nobody_is_led_away_after_opening(address: str) -> None:
    tiers()
    page = pages.story(slug="one")
    answer = signed_in(accounts.person()).post(f"/en/read/{page.translation_key}/open/", {"next": address})
    assert answer["Location"] == "/en/stories/one/"


def test_both_languages_of_a_story_are_one_read() -> None:
    tiers()
    english = pages.story(slug="rain")
    pages.story("zh-hans", slug="rain", beside=english)
    client = signed_in(accounts.person())
    unlock(client, english)
    assert pages.GATED in client.get("/zh-hans/stories/rain/").content.decode()
