"""Gift links: one story, to anybody, until they are taken back."""

import pytest
import time_machine
from django.test import Client

from editorial.readers import actions
from editorial.readers.models import GiftLink
from ground import clock
from tests.factories import accounts
from tests.factories import editorial as pages
from tests.factories.membership import member, tiers

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(account: object) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client


def test_a_gift_opens_one_story_to_anybody_until_it_is_taken_back() -> None:
    page, other = pages.story(slug="given"), pages.story(slug="other")
    giver = signed_in(member("companion"))
    answer = giver.post(f"/en/read/{page.translation_key}/give/")
    assert answer["Location"] == "/en/account/reading/"
    link = GiftLink.objects.get()
    assert f"/en/gift/{link.token}/" in giver.get("/en/account/reading/").content.decode()

    friend, stranger = Client(), Client()
    assert friend.get(f"/en/gift/{link.token}/")["Location"] == "/en/stories/given/"
    assert pages.GATED in friend.get("/en/stories/given/").content.decode()
    assert pages.GATED not in friend.get("/en/stories/other/").content.decode()
    assert pages.GATED not in stranger.get("/en/stories/given/").content.decode()
    assert pages.GATED in friend.get("/en/stories/given/").content.decode()

    free = signed_in(accounts.person())
    free.get(f"/en/gift/{link.token}/")
    assert pages.GATED in free.get("/en/stories/given/").content.decode()
    assert pages.GATED not in free.get("/en/stories/other/").content.decode()

    giver.post(f"/en/account/reading/gifts/{link.token}/take-back/")
    for browser in (friend, free, stranger):
        assert pages.GATED not in browser.get("/en/stories/given/").content.decode()
    assert friend.get(f"/en/gift/{link.token}/").status_code == 410
    assert GiftLink.objects.get().opened == 2
    assert other.slug == "other"


def test_what_one_may_not_read_oneself_one_cannot_give() -> None:
    tiers()
    page = pages.story()
    for account in (accounts.person(), member("friend")):
        signed_in(account).post(f"/en/read/{page.translation_key}/give/")
    assert not GiftLink.objects.exists()


def test_a_story_of_the_months_read_cannot_be_given_on() -> None:
    tiers()
    page, account = pages.story(), accounts.person()
    client = signed_in(account)
    client.post(f"/en/read/{page.translation_key}/open/")
    client.post(f"/en/read/{page.translation_key}/give/")
    assert not GiftLink.objects.exists()


def test_nobody_takes_back_anothers_link_and_a_guess_opens_nothing(client: Client) -> None:
    page = pages.story()
    link = actions.give(account=member("companion"), story=page.translation_key)
    assert signed_in(accounts.person()).post(f"/en/account/reading/gifts/{link.token}/take-back/").status_code == 404
    assert client.get("/en/gift/no-such-token/").status_code == 410
    link.refresh_from_db()
    assert link.revoked_at is None


def test_the_same_link_is_given_twice_and_there_is_an_end_to_them() -> None:
    account = member("companion")
    page = pages.story()
    assert actions.give(account=account, story=page.translation_key) == actions.give(
        account=account, story=page.translation_key
    )
    for _ in range(actions.GIFTS_A_MONTH - 1):
        actions.give(account=account, story=pages.story().translation_key)
    with pytest.raises(actions.TooManyGifts):
        actions.give(account=account, story=pages.story().translation_key)
    with time_machine.travel(clock.now() + actions.timedelta(days=91)):
        again = actions.give(account=account, story=page.translation_key)
    assert again.pk != GiftLink.objects.order_by("pk").first().pk  # type: ignore[union-attr]
