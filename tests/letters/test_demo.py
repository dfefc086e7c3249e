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


def test_the_gated_sentences_of_the_demo_stand_in_no_letter_of_somebody_without_the_right() -> None:
    """Every story of the demo in one letter, as everybody would get it: the planted sentences are where they may be."""
    from pathlib import Path as P

    from editorial import demo as stories
    from editorial.letters import previews
    from tests.letters.conftest import compose, make_newsletter

    membership.tiers()
    people.seed(lambda text: None)
    stories.seed(lambda text: None)
    english = pages.StoryPage.objects.filter(locale__language_code="en", live=True)
    letter = compose(make_newsletter(), *english)
    planted = [
        [part.strip() for part in line.split("|")]
        for line in (P(demo.FILE).parent / "texts" / "gated.txt").read_text(encoding="utf-8").splitlines()
        if line.count("|") == 3
    ]
    assert len(planted) >= 8
    open_to_accounts = {page.slug for page in english if page.audience == "account"}
    for_accounts = {sentence for slug, _language, _name, sentence in planted if slug in open_to_accounts}
    for code, short in (("en", "en"), ("zh-hans", "zh")):
        mine = [sentence for _slug, language, _name, sentence in planted if language == short]
        bodies = {eyes.key: previews.body(letter, code, eyes) for eyes in previews.eyes()}
        for key in ("visitor", "account"):
            found = {s for s in mine if s in bodies[key].text or s in bodies[key].html}
            assert found <= (for_accounts if key == "account" else set()), (key, found)
        assert all(s in bodies["tier:patron"].text for s in mine)
        assert len([s for s in mine if s in bodies["tier:friend"].text]) < len(mine)
