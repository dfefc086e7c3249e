"""Reads of the demo's last sixty days: made up, always the same for a story and a day, and said to be so."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from editorial.demo.stories import slugs, story_key
from editorial.desk.models import MadeUpDay
from editorial.models import StoryPage
from editorial.readers.models import Audience, DailyReads

DAYS = 60
SHARES = {Audience.VISITOR: 0.62, Audience.ACCOUNT: 0.17, Audience.MEMBER: 0.21}
ENDS = {Audience.VISITOR: 0.28, Audience.ACCOUNT: 0.41, Audience.MEMBER: 0.63}  # how many read to the end
LANGUAGES = {"zh-hans": 0.63, "en": 0.37}


def seed(step: Callable[[str], None]) -> None:
    """Every day of the last sixty that has not been made up yet, yesterday the last; days that are there stay."""
    if settings.ENVIRONMENT.production:
        return
    yesterday = timezone.localdate() - timedelta(days=1)
    wanted = {yesterday - timedelta(days=n) for n in range(DAYS)}
    missing = sorted(wanted - set(MadeUpDay.objects.filter(day__in=wanted).values_list("day", flat=True)))
    keys = {story_key(slug) for slug in slugs()}
    there = keys & set(
        StoryPage.objects.live().filter(translation_key__in=keys).values_list("translation_key", flat=True)
    )
    if not missing or not there:
        return
    step(f"reads of {len(missing)} days, made up")
    with transaction.atomic():
        rows = [row for slug in slugs() if story_key(slug) in there for day in missing for row in _rows(slug, day)]
        DailyReads.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
        MadeUpDay.objects.bulk_create([MadeUpDay(day=day) for day in missing], ignore_conflicts=True)


def _rows(slug: str, day: date) -> Iterator[DailyReads]:
    """A story has its own pace, more at the week's end, and now and then a day on which somebody passed it on."""
    # Nothing secret hangs on these numbers.
    own, today = random.Random(slug), random.Random(f"{slug} {day}")  # noqa: S311  # nosec B311
    pace = own.choice((3, 5, 8, 8, 13, 21, 34)) * (1.35 if day.weekday() >= 5 else 1.0) * today.uniform(0.6, 1.4)
    pace *= today.choice((3.0, *(1.0,) * 24))
    for language, part in LANGUAGES.items():
        for audience, share in SHARES.items():
            reads = round(pace * part * share * today.uniform(0.7, 1.3))
            if reads:
                ends = sum(today.random() < ENDS[audience] for _ in range(reads))
                yield DailyReads(
                    story=story_key(slug), day=day, language=language, audience=audience, reads=reads, finished=ends
                )
