"""The survey."""

import pytest
from django.test import Client

from subscriptions.curation.models import Stance, Trait
from tests.factories.accounts import person
from tests.factories.curation import trait

pytestmark = pytest.mark.django_db
ADDRESS = "/en/boxes/taste/"


@pytest.fixture
def traits() -> list[Trait]:
    return [trait("wool"), trait("wine"), trait("blue", kind="taste")]


def test_answers_are_kept_and_shown_again(client: Client, traits: list[Trait]) -> None:
    reader = person()
    client.force_login(reader)
    asked = [t.pk for t in traits]
    page = client.post(ADDRESS, {"asked": asked, "said": [traits[0].pk, traits[2].pk]}, follow=True)
    assert page.status_code == 200 and page.content.decode().count(" checked") == 2
    assert dict(Stance.objects.values_list("trait__slug", "stance")) == {"wool": "never", "blue": "like"}
    client.post(ADDRESS, {"asked": asked, "said": [traits[1].pk]})
    assert dict(Stance.objects.values_list("trait__slug", "stance")) == {"wine": "never"}


def test_what_was_not_on_the_page_stays_as_it_was(client: Client, traits: list[Trait]) -> None:
    reader = person()
    client.force_login(reader)
    client.post(ADDRESS, {"asked": [t.pk for t in traits], "said": [t.pk for t in traits]})
    Trait.objects.filter(slug="wine").update(active=False)
    client.post(ADDRESS, {"asked": [traits[0].pk, traits[1].pk], "said": []})
    assert set(Stance.objects.values_list("trait__slug", flat=True)) == {"wine", "blue"}


def test_odd_answers_do_nothing(client: Client, traits: list[Trait]) -> None:
    client.force_login(person())
    odd = ["", "x", "9" * 40, "-3", "٣", "999999"]
    assert client.post(ADDRESS, {"asked": odd, "said": odd}, follow=True).status_code == 200
    assert client.post(ADDRESS, {"said": [traits[0].pk]}).status_code == 302
    assert not Stance.objects.exists()


def test_a_visitor_signs_in_first_and_others_answers_stay_theirs(client: Client, traits: list[Trait]) -> None:
    assert client.get(ADDRESS).status_code == 302
    other = person()
    Stance.objects.create(account=other, trait=traits[0], stance="never", at="2026-01-01T00:00:00Z")
    client.force_login(person())
    assert " checked" not in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"asked": [traits[0].pk], "said": []})
    assert Stance.objects.get().account == other


def test_without_questions_the_page_says_so_and_its_queries_do_not_grow(
    client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(person())
    assert "Nothing is asked yet" in client.get(ADDRESS).content.decode()
    with django_assert_max_num_queries(30) as few:
        client.get(ADDRESS)
    for number in range(6):
        trait(f"t-{number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(ADDRESS)
