"""Letters and sentences about ways in: each in both languages, with a page and a text, nothing inline that could run."""

import re

import html5lib
import pytest
from django.template.loader import render_to_string
from django.utils import translation

LETTERS = (
    "mfa/email/recovery_codes_generated", "mfa/email/totp_activated", "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added", "mfa/email/webauthn_removed", "socialaccount/email/account_connected",
    "socialaccount/email/account_disconnected", "account/email/login_code", "account/email/email_confirmation_signup",
)  # fmt: skip
NOTICES = ("accounts/notices/new_device", "accounts/notices/lock_opened")
CONTEXT = {"site_url": "https://yaji.test", "link": "https://yaji.test/en/account/login/letter/x/", "code": "ABC-123",
           "browser": "Firefox", "system": "Linux", "network": "203.0.113.x"}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_about_a_way_in_has_a_subject_a_text_and_a_page(letter: str, language: str) -> None:
    with translation.override(language):
        subject, text, page = (
            render_to_string(f"{letter}_{part}", CONTEXT).strip()
            for part in ("subject.txt", "message.txt", "message.html")
        )
    whole(subject, text, page)
    if letter.startswith("account/"):
        assert CONTEXT["link"] in text and CONTEXT["link"] in page and "ABC-123" in text and "ABC-123" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_about_a_way_in_has_a_subject_a_text_a_page_and_a_line(notice: str, language: str) -> None:
    with translation.override(language):
        subject, text, page, line = (
            render_to_string(f"{notice}/{part}", CONTEXT).strip()
            for part in ("subject.txt", "body.txt", "body.html", "line.html")
        )
    whole(subject, text, page)
    assert line


def whole(subject: str, text: str, page: str) -> None:
    """What holds for every letter."""
    assert subject and "\n" not in subject
    assert text and "<" not in text and "&#x27;" not in text
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r"\sstyle=|<script|<img|<link", page)
