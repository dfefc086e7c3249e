"""The pages of signing in and of the account, the letters and the pages for trouble: ours, whole, in both languages."""

import re

import html5lib
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

LANGUAGES = ("en", "zh-hans")
ENTRANCE = ("login/", "signup/", "login/code/", "password/reset/")
LETTERS = (
    "login_code",
    "password_reset_code",
    "email_confirmation",
    "email_confirmation_signup",
    "password_reset_key",
    "unknown_account",
    "account_already_exists",
    "password_changed",
    "password_set",
    "password_reset",
    "email_changed",
    "email_confirm",
    "email_deleted",
)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ENTRANCE)
def test_a_way_in_wears_the_clothes_of_the_house(client: Client, language: str, address: str) -> None:
    page = client.get(f"/{language}/account/{address}")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'class="entrance-card"' in text
    assert text.count("btn--seal") == 1
    html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.django_db
def test_what_was_typed_stays_when_a_form_is_refused(client: Client) -> None:
    sent = {"login": "nobody@example.com", "password": "not the one"}
    text = client.post("/en/account/login/", sent).content.decode()
    assert 'value="nobody@example.com"' in text
    assert 'role="alert"' in text
    assert "not the one" not in text


@pytest.mark.django_db
def test_every_field_says_its_name_and_its_mistake_to_somebody_who_does_not_see(client: Client) -> None:
    text = client.post("/en/account/signup/", {"name": "", "email": "not an address"}).content.decode()
    wrong = re.search(r'<input[^>]*name="email"[^>]*>', text)
    assert wrong
    assert 'aria-invalid="true"' in wrong[0]
    assert 'id="id_email_error"' in text
    assert "id_email_error" in wrong[0]
    assert '<label for="id_email">' in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_of_the_account_has_a_subject_a_text_and_a_page(letter: str, language: str) -> None:
    context = {"code": "ABC-123", "activate_url": "https://yaji.test/a", "site_url": "https://yaji.test"}
    with translation.override(language):
        subject, text, page = (
            render_to_string(f"account/email/{letter}_{part}", context).strip()
            for part in ("subject.txt", "message.txt", "message.html")
        )
    assert subject
    assert "\n" not in subject
    assert "<" not in text
    assert "&#x27;" not in text
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r"\sstyle=|<script|<img|<link", page)
    if letter in ("login_code", "password_reset_code"):
        assert "ABC-123" in text
        assert "ABC-123" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", ["403", "403_csrf", "404", "429"])
def test_a_page_for_trouble_speaks_the_readers_language(rf: RequestFactory, trouble: str, language: str) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    with translation.override(language):
        text = render_to_string(f"{trouble}.html", {}, request)
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in text
    assert 'class="lost"' in text
    html5lib.HTMLParser(strict=True).parse(text)


def test_the_page_for_our_own_faults_needs_nothing_that_could_be_broken() -> None:
    text = (settings.BASE_DIR / "templates" / "500.html").read_text(encoding="utf-8")
    assert "{%" not in text
    assert "{{" not in text
    assert "窑火出了岔子" in text
    assert "The firing went wrong" in text
    html5lib.HTMLParser(strict=True).parse(text)
