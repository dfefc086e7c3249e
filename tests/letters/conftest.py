"""What the tests of letters share: a newsletter, readers, a letter with a gated story."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from editorial.letters.actions import planning, sending
from editorial.letters.enums import Extent, How
from editorial.letters.models import Batch, Campaign, CampaignStory, LetterChoice, Newsletter
from ground import clock
from tests.factories import editorial as pages
from tests.factories.accounts import person
from tests.letters.backends import Post

GATED_ZH = "第五个火眼前他睡着了。"


@pytest.fixture(autouse=True)
def post(settings: Any) -> Iterator[type[Post]]:
    """Every mail of these tests goes to a server with moods."""
    settings.EMAIL_BACKEND = "tests.letters.backends.MoodyBackend"
    Post.fresh()
    yield Post
    Post.fresh()


@pytest.fixture
def newsletter(db: Any) -> Newsletter:
    return make_newsletter()


def make_newsletter(key: str = "monthly", **fields: Any) -> Newsletter:
    words = {
        "name_zh": "月令来信",
        "name_en": "The Monthly Letter",
        "about_zh": "每月一封。",
        "about_en": "Once a month.",
    }
    return Newsletter.objects.create(key=key, **{**words, **fields})


def wants(account: User, newsletter: Newsletter) -> LetterChoice:
    return LetterChoice.objects.create(
        newsletter=newsletter, account=account, how=How.ACCOUNT, changed_at=timezone.now()
    )


def readers(newsletter: Newsletter, count: int, **fields: Any) -> list[User]:
    """That many people who chose it."""
    found = [person(**{"language": "en", **fields}) for _ in range(count)]
    for account in found:
        wants(account, newsletter)
    return found


def compose(newsletter: Newsletter, *stories: Any, slug: str = "frost", extent: str = Extent.WHOLE, **fields: Any) -> Campaign:  # fmt: skip
    """A draft."""
    words = {"subject_zh": "霜降的信", "subject_en": "A letter at frost", "intro_zh": "<p>夜里有霜。</p>",
             "intro_en": "<p>There was <b>frost</b> in the night.</p>"}  # fmt: skip
    made = Campaign.objects.create(newsletter=newsletter, slug=slug, **{**words, **fields})
    for order, story in enumerate(stories):
        CampaignStory.objects.create(campaign=made, story=story, extent=extent, sort_order=order)
    return made


def two_languages() -> tuple[Any, Any]:
    """A gated story in both languages."""
    english = pages.story(slug="after-rain", title="After Rain")
    chinese = pages.story(
        "zh-hans", beside=english, slug="after-rain", title="雨过天青", standfirst="铁、灰与一把饿火。",
        body=[pages.text("先听。"), pages.members(pages.text(GATED_ZH))], notes=[],
    )  # fmt: skip
    return english, chinese


@pytest.fixture
def story(db: Any) -> Any:
    return two_languages()[0]


@pytest.fixture
def campaign(newsletter: Newsletter, story: Any) -> Campaign:
    return compose(newsletter, story)


def go(campaign: Campaign, small: int = 0, monkeypatch: Any = None) -> Campaign:
    """Schedule for now and let a worker do everything."""
    planning.schedule(campaign=campaign, at=None, actor="test")
    run()
    campaign.refresh_from_db()
    return campaign


def run() -> int:
    """A worker looks."""
    return sending.run_due(clock.now())


def lapse() -> None:
    """Time goes by: what waits for its next attempt is due, and a worker that has died is noticed."""
    long_ago = timezone.now() - 10 * sending.STALE_AFTER
    Batch.objects.filter(state="submitting").update(beat_at=long_ago)
    Batch.objects.filter(state="queued").update(due_at=long_ago)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Batches of a few."""

    def of(size: int) -> None:
        monkeypatch.setattr("editorial.letters.actions.freezing.BATCH", size)

    return of
