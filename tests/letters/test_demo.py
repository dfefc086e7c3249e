"""The demo's letters: sent once by the way of every letter, and the same after another run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts import demo as people
from editorial.letters import demo, queries
from editorial.letters.enums import CampaignState
from editorial.letters.models import Campaign, Delivery, LetterChoice, Newsletter
from tests.factories import editorial as pages
from tests.factories import membership
from tests.letters.backends import Post

pytestmark = pytest.mark.django_db
TEXT = """slug: autumn
date: 2026-09-23
subject_zh: 秋分
subject_en: Autumn
intro_zh: 天凉了 & 灯亮了。
intro_en: Cooler & earlier dark.
stories: after-rain, not-there
closing_zh: 下月见。
closing_en: Until next month.

slug: frost
date: 2026-10-23
subject_zh: 霜降
subject_en: Frost
intro_zh: 一
intro_en: One
stories: after-rain
closing_zh: 二
closing_en: Two
"""


@pytest.fixture
def seeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    file = tmp_path / "letters.txt"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(demo, "FILE", file)
    membership.tiers()
    people.seed(lambda text: None)
    pages.story(slug="after-rain", translation_key=demo.story_key("after-rain"))
    demo.seed(lambda text: None)
    yield


def test_letters_were_sent_and_their_numbers_add_up(seeded: Any) -> None:
    autumn, frost = Campaign.objects.get(slug="autumn"), Campaign.objects.get(slug="frost")
    assert autumn.state == frost.state == CampaignState.SENT
    assert Newsletter.objects.count() == 2 and autumn.stories.count() == 1
    assert queries.balance(autumn).settled and queries.balance(frost).settled
    assert queries.balance(autumn).excluded == 0 and queries.balance(frost).excluded == 1
    assert frost.frozen_at is not None and frost.frozen_at.date().isoformat() == "2026-10-23"
    assert len(Post.taken) == Delivery.objects.filter(state="submitted").count() > 10
    assert "Cooler &amp; earlier dark." in Post.taken[0].alternatives[0][0] or "天凉了" in Post.taken[0].body


def test_a_second_run_changes_nothing(seeded: Any) -> None:
    LetterChoice.objects.update(wanted=False)
    before = (Campaign.objects.count(), Delivery.objects.count(), len(Post.taken))
    demo.seed(lambda text: None)
    assert (Campaign.objects.count(), Delivery.objects.count(), len(Post.taken)) == before
    assert not LetterChoice.objects.filter(wanted=True).exists()
