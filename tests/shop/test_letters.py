"""Every letter of the shop has a subject, a text and a page, in both languages, and says its thing."""

import pytest

from accounts.models import Mail
from accounts.notices import notify
from subscriptions.shop.registrations import NOTICES
from tests.factories.accounts import person

pytestmark = pytest.mark.django_db
FACTS = {
    "name_zh": "兔毫盏", "name_en": "Hare’s-fur bowl", "names_zh": "兔毫盏", "names_en": "Hare’s-fur bowl", "count": "2",
    "sum": "¥1,280", "numbers": "7, 8", "size": "12", "sale": "YS-000007", "along": "", "day": "2026-12-24T10:00:00+00:00",
    "until": "2026-12-26T10:00:00+00:00", "slug": "hare-fur-bowl", "pay_url": "https://pay.example/i", "bank": "yes",
    "carrier": "SF", "tracking": "SF1",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", [key for key, _ in NOTICES])
def test_a_letter_says_its_thing(kind: str, language: str) -> None:
    account = person("Ning", language=language)
    for _ in range(2):
        notify(account=account, kind=f"shop.{kind}", context=FACTS, dedupe="sale:7")
    letter = Mail.objects.get(to=account.email)
    thing = "Hare’s-fur bowl" if language == "en" else "兔毫盏"
    assert thing in letter.subject and thing in letter.text and letter.html and "{{" not in letter.text + letter.html
    assert ("7, 8" in letter.text) == (kind in ("bought", "sent"))
    if kind == "unpaid":
        assert "https://pay.example/i" in letter.text and "https://pay.example/i" in letter.html


@pytest.mark.parametrize("away", ["", "yes"])
def test_what_is_dropped_says_why(away: str) -> None:
    account = person("Ning", language="en")
    notify(account=account, kind="shop.dropped", context={**FACTS, "away": away}, dedupe="sale:7")
    letter = Mail.objects.get(to=account.email)
    for words in (letter.text, letter.html):
        assert ("is no longer offered" in words) == bool(away) and ("not paid in time" in words) != bool(away)
