"""EMAIL_URL: every kind of backend by one address."""

import pytest

from config import environment
from config.mail import BadMailUrl, settings_of


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("smtp://user:p%40ss@mail.example.com:587/?tls=True", "django.core.mail.backends.smtp.EmailBackend"),
        ("console:", "django.core.mail.backends.console.EmailBackend"),
        ("memory:", "django.core.mail.backends.locmem.EmailBackend"),
        ("anymail+mailgun:?MAILGUN_API_KEY=k", "anymail.backends.mailgun.EmailBackend"),
        ("anymail+amazon-ses:", "anymail.backends.amazon_ses.EmailBackend"),
    ],
)
def test_each_kind_is_found(url: str, backend: str) -> None:
    assert settings_of(url)["EMAIL_BACKEND"] == backend


def test_a_providers_settings_stand_behind_the_question_mark() -> None:
    found = settings_of("anymail+mailgun:?MAILGUN_API_KEY=a%2Bb&MAILGUN_SENDER_DOMAIN=mg.example.com")
    assert found["ANYMAIL"]["MAILGUN_API_KEY"] == "a+b" and found["MAIL_PROVIDER"] == "mailgun"


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(BadMailUrl, match="pigeon"):
        settings_of("pigeon://loft")


def test_an_old_key_still_signs_for_links() -> None:
    assert environment.read({"SECRET_KEY_OLD": "x"}).secret_key_old == "x"
