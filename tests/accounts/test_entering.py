"""Coming in: the letter's link and code, second factors, passkeys' pages, another house, and who is asked once more."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import actions, links
from accounts.models import Mail, SignInLink, User
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db


def letter_to(address: str) -> Mail:
    return Mail.objects.filter(to=address).latest("pk")


def link_in(address: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+/account/login/letter/\S+/)", letter_to(address).text)
    assert found, letter_to(address).text
    return found[1]


def code_in(address: str) -> str:
    found = re.search(
        r"\b([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6,8})\b",
        letter_to(address).text.split("/account/login/letter/")[-1].split("\n", 1)[1],
    )
    assert found
    return found[1]


def ask(client: Client, address: str, onward: str = "") -> None:
    client.post("/en/account/login/code/", {"email": address, "next": onward})


def test_the_letters_link_shows_a_button_and_only_the_button_signs_in(client: Client) -> None:
    known = person()
    ask(client, known.email, "/en/join/")
    path, scanner = link_in(known.email), Client()
    for _ in range(3):
        page = scanner.get(path)
        assert page.status_code == 200 and "Yes, let me in" in page.content.decode()
        assert page["Referrer-Policy"] == "same-origin" and "no-store" in page["Cache-Control"]
    scanner.head(path)
    assert scanner.get("/en/account/").status_code == 302
    elsewhere = Client()
    answer = elsewhere.post(path)
    assert answer.status_code == 302 and answer["Location"] == "/en/join/"
    assert elsewhere.get("/en/account/").status_code == 200
    assert Client().post(path).status_code == 410
    assert Client().get(path).status_code == 410


def test_the_code_of_the_same_letter_works_and_closes_the_link(client: Client) -> None:
    known = person()
    ask(client, known.email)
    path = link_in(known.email)
    assert client.post("/en/account/login/code/confirm/", {"code": code_in(known.email)}).status_code == 302
    assert client.get("/en/account/").status_code == 200
    assert Client().post(path).status_code == 410


def test_a_link_is_over_after_a_quarter_of_an_hour_and_for_a_closed_account() -> None:
    known = person()
    token = links.make(account=known, email=known.email)
    SignInLink.objects.update(ends=timezone.now())
    assert links.use(token=token) is None
    token = links.make(account=known, email=known.email)
    User.objects.filter(pk=known.pk).update(is_active=False)
    assert links.use(token=token) is None and links.find("nonsense") is None


def test_only_a_digest_of_the_link_is_kept() -> None:
    known = person()
    token = links.make(account=known, email=known.email)
    assert token not in str(SignInLink.objects.values().get())


def test_somebody_may_sign_up_without_a_password_and_come_in_by_the_link() -> None:
    client = Client()
    form = {"name": "New", "email": "fresh@example.com", "password1": "", "next": "/zh-hans/join/"}
    assert client.post("/zh-hans/account/signup/", form).status_code == 302
    answer = Client().post(link_in("fresh@example.com"))
    assert answer.status_code == 302 and answer["Location"] == "/zh-hans/join/"
    user = User.objects.get(email="fresh@example.com")
    assert not user.has_usable_password() and EmailAddress.objects.get(user=user).verified


def test_a_password_set_by_a_stranger_falls_when_the_addresss_owner_comes_in() -> None:
    stranger, owner = Client(), Client()
    stranger.post("/en/account/signup/", {"name": "X", "email": "victim@example.com", "password1": "a-long-pass-9431"})
    assert owner.post(link_in("victim@example.com")).status_code == 302
    assert not User.objects.get(email="victim@example.com").has_usable_password()


def test_ones_own_password_stays_when_the_link_is_pressed_where_it_was_set() -> None:
    client = Client()
    client.post("/en/account/signup/", {"name": "X", "email": "own@example.com", "password1": "a-long-pass-9431"})
    assert client.post(link_in("own@example.com")).status_code == 302
    assert User.objects.get(email="own@example.com").has_usable_password()
    assert client.get("/en/account/").status_code == 200


def test_an_address_that_nobody_has_gets_a_letter_without_a_link(client: Client) -> None:
    ask(client, "nobody@example.com")
    assert "/login/letter/" not in letter_to("nobody@example.com").text


def test_an_onward_address_of_somebody_else_is_not_followed(client: Client) -> None:
    known = person()
    ask(client, known.email, "https://evil.example/")
    assert Client().post(link_in(known.email))["Location"] == "/en/account/"


def number_of(account: User) -> str:
    secret = Authenticator.objects.get(user=account, type="totp").wrap()
    from accounts.sealing import unseal

    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(unseal(secret.instance.data["secret"]), counter))


def test_a_second_lock_is_asked_for_after_the_link_after_the_password_and_opens_by_number_or_recovery_code() -> None:
    known = person()
    TOTP.activate(known, generate_totp_secret())
    codes = RecoveryCodes.activate(known).get_unused_codes()
    by_password = Client()
    answer = by_password.post("/en/account/login/", {"login": known.email, "password": "yaji-demo"})
    assert answer["Location"].startswith("/en/account/2fa/authenticate/")
    assert by_password.get("/en/account/").status_code == 302
    assert by_password.post("/en/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert by_password.post("/en/account/2fa/authenticate/", {"code": number_of(known)}).status_code == 302
    assert by_password.get("/en/account/").status_code == 200
    by_link = Client()
    ask(by_link, known.email)
    assert "2fa/authenticate" in by_link.post(link_in(known.email))["Location"]
    assert by_link.post("/en/account/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert by_link.get("/en/account/").status_code == 200


def test_secrets_of_the_app_and_recovery_codes_lie_sealed() -> None:
    known, secret = person(), generate_totp_secret()
    TOTP.activate(known, secret)
    RecoveryCodes.activate(known)
    for row in Authenticator.objects.filter(user=known):
        assert secret not in str(row.data)
        assert re.search(r"gAAAA", str(row.data))


def staff() -> User:
    user = person()
    user.user_permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    return user


def test_staff_without_a_second_factor_are_sent_to_set_one_up_and_then_let_in(settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    user, client = staff(), Client()
    client.force_login(user)
    assert "/account/2fa/" in client.get("/cms/")["Location"]
    assert "/account/2fa/" in client.post("/cms/pages/2/edit/")["Location"]
    RecoveryCodes.activate(user)
    assert "/account/2fa/" in client.get("/cms/")["Location"], "recovery codes alone are no second factor"
    TOTP.activate(user, generate_totp_secret())
    assert client.get("/cms/").status_code == 200


def test_the_demo_does_not_ask_its_staff_for_a_second_factor_and_production_does() -> None:
    from config.settings import base

    assert base.STAFF_NEED_SECOND_FACTOR is base.ENVIRONMENT.production is False


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "path",
    [
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/generate/",
        "ways/",
        "3rdparty/",
        "email/",
    ],
)
def test_the_pages_of_the_ways_in_are_ours_and_run_no_inline_script(client: Client, language: str, path: str) -> None:
    user = person()
    client.post("/en/account/login/", {"login": user.email, "password": "yaji-demo"})
    if "recovery" in path:
        TOTP.activate(user, generate_totp_secret())
        client.logout()
        client.post("/en/account/login/", {"login": user.email, "password": "yaji-demo"})
        client.post("/en/account/2fa/authenticate/", {"code": number_of(user)})
    page = client.get(f"/{language}/account/{path}")
    text = page.content.decode()
    assert page.status_code == 200, page.get("Location")
    assert 'class="tabs acc-nav"' in text
    assert "no-store" in page["Cache-Control"]
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag, tag
    assert not re.search(r"\sstyle=|\son\w+=", text)


def test_something_that_matters_is_asked_once_more_unless_somebody_came_in_just_now(client: Client) -> None:
    user = person()
    client.force_login(user)
    assert "reauthenticate" in client.get("/en/account/2fa/totp/activate/")["Location"]
    changed = client.post("/en/account/email/", {"email": "other@example.com", "action_add": ""})
    assert "reauthenticate" in changed["Location"]
    assert not EmailAddress.objects.filter(email="other@example.com").exists()
    fresh = Client()
    fresh.post("/en/account/login/", {"login": user.email, "password": "yaji-demo"})
    assert fresh.get("/en/account/2fa/totp/activate/").status_code == 200


def test_opening_the_second_lock_takes_every_factor_and_tells_the_owner() -> None:
    user, client = person(), Client()
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    assert actions.open_second_lock(account=user) == 1
    assert not Authenticator.objects.filter(user=user).exists()
    assert Mail.objects.filter(to=user.email).exists()


def test_whoever_came_in_by_letter_alone_proves_it_by_another_before_something_that_matters(client: Client) -> None:
    known = person()
    known.set_unusable_password()
    known.save()
    client.force_login(known)
    for path in ("password/set/", "2fa/webauthn/add/", "2fa/totp/activate/", "data/export/", "3rdparty/"):
        assert client.get(f"/en/account/{path}")["Location"].startswith("/en/account/ways/again/?next="), path
    client.post("/en/account/email/", {"email": "thief@example.com", "action_add": ""})
    assert not EmailAddress.objects.filter(email="thief@example.com").exists()
    page = client.post("/en/account/ways/again/", {"next": "/en/account/password/set/"}).content.decode()
    assert "We have written to" in page
    assert client.post(link_in(known.email))["Location"] == "/en/account/password/set/"
    assert client.get("/en/account/password/set/").status_code == 200
    assert client.get("/en/account/data/export/").status_code == 200


def test_whoever_came_in_by_letter_just_now_is_not_asked_again() -> None:
    known, client = person(), Client()
    known.set_unusable_password()
    known.save()
    ask(client, known.email)
    client.post(link_in(known.email))
    assert client.get("/en/account/password/set/").status_code == 200
