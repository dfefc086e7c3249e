"""Signing in by another house: a real small OpenID Connect server on loopback, nothing mocked."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from tests.accounts.house import CLIENT, SECRET, House, standing
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
PERSON = {"sub": "u-1", "email": "guest@example.com", "email_verified": True, "name": "Lin Zhou"}


class Stay(HTTPRedirectHandler):
    """Tells where it would go."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Nowhere."""


@pytest.fixture
def house(settings) -> Iterator[House]:
    with standing(**PERSON) as one:
        environment = replace(
            settings.ENVIRONMENT,
            oidc_issuer=one.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_name="Museum",
        )
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": environment.oidc_apps}
        }
        yield one


def through(client: Client, house: House, onward: str = "") -> str:
    """Press the button here, follow to the house and back; answers where one ends."""
    from urllib.error import HTTPError

    sent = client.post(f"/en/account/oidc/oidc/login/?process=login&next={onward}")
    assert sent.status_code == 302 and sent["Location"].startswith(f"{house.issuer}/authorize"), sent.content.decode()
    try:
        build_opener(Stay).open(sent["Location"])
        raise AssertionError("the house sends back")
    except HTTPError as answer:
        back = answer.headers["Location"]
        answer.close()
    path = back.split("testserver", 1)[1]
    return client.get(path)["Location"]


def test_the_entrance_offers_the_house_where_one_is_set_up_and_nothing_where_none_is(
    client: Client, house: House
) -> None:
    page = client.get("/en/account/login/?next=/en/join/").content.decode()
    assert "Go on with Museum" in page and "/en/account/oidc/oidc/login/" in page


def test_no_house_no_button(client: Client) -> None:
    assert "Go on with" not in client.get("/en/account/login/").content.decode()
    assert client.post("/en/account/oidc/oidc/login/").status_code == 404


def test_a_new_guest_comes_in_with_a_proved_address_and_their_name(client: Client, house: House) -> None:
    assert through(client, house, "/en/join/") == "/en/join/"
    user = User.objects.get(email="guest@example.com")
    assert user.name == "Lin Zhou" and user.language == "en" and not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified
    assert client.get("/en/account/").status_code == 200
    assert "code_challenge" in house.asked[0]


def test_the_same_guest_comes_back_to_the_same_account(house: House) -> None:
    through(Client(), house)
    through(Client(), house)
    assert User.objects.filter(email="guest@example.com").count() == SocialAccount.objects.count() == 1


def test_an_account_is_joined_when_both_houses_have_seen_the_address_answer(client: Client, house: House) -> None:
    known = person(email="guest@example.com")
    through(client, house)
    assert SocialAccount.objects.get().user == known
    assert client.get("/en/account/").status_code == 200
    assert User.objects.get(pk=known.pk).check_password("yaji-demo")


def test_an_address_that_the_other_house_has_not_proved_joins_nothing(client: Client, house: House) -> None:
    known = person(email="guest@example.com")
    house.person = {**PERSON, "email_verified": False}
    through(client, house)
    assert not SocialAccount.objects.filter(user=known).exists()
    assert client.get("/en/account/").status_code == 302


def test_an_address_that_has_not_answered_here_joins_nothing(client: Client, house: House) -> None:
    known = person(email="guest@example.com")
    EmailAddress.objects.filter(user=known).update(verified=False)
    through(client, house)
    assert not SocialAccount.objects.filter(user=known).exists()
    assert client.get("/en/account/").status_code == 302


def test_an_unproved_new_guest_must_first_answer_a_letter(client: Client, house: House) -> None:
    house.person = {**PERSON, "email_verified": False}
    assert "confirm-email" in through(client, house)
    assert client.get("/en/account/").status_code == 302


def test_another_house_does_not_open_the_second_lock(client: Client, house: House) -> None:
    known = person(email="guest@example.com")
    TOTP.activate(known, generate_totp_secret())
    assert "2fa/authenticate" in through(client, house)
    assert client.get("/en/account/").status_code == 302


def test_a_guest_who_turns_back_or_a_house_that_fails_is_told_so(client: Client, house: House) -> None:
    answer = client.get("/en/account/3rdparty/login/cancelled/")
    assert answer.status_code == 200 and "Nothing has happened" in answer.content.decode()
    answer = client.get("/en/account/oidc/oidc/login/callback/?code=x&state=forged")
    assert answer.status_code in (200, 401) and "did not answer" in answer.content.decode()
