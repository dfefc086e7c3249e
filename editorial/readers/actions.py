"""Writes of readers."""

import secrets
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from editorial.readers.models import Audience, DailyReads, GiftLink, Reading
from ground import clock

GIFT_DAYS = 90
GIFTS_A_MONTH = 10
FINISHED = 95  # percent: what comes after is notes and the way on


class TooManyGifts(Exception):
    """As many links as anybody makes in thirty days."""


@transaction.atomic
def save(*, account: User, story: uuid.UUID, saved: bool) -> Reading:
    """Save a story for later, or take it off the shelf. Idempotent."""
    row, _ = Reading.objects.select_for_update().get_or_create(account=account, story=story)
    if saved != bool(row.saved_at):
        row.saved_at = timezone.now() if saved else None
        row.save(update_fields=["saved_at"])
    return row


@transaction.atomic
def mark(*, account: User, story: uuid.UUID, paragraph: int, percent: int) -> Reading:
    """Remember where somebody stopped. Reading back does not undo having finished."""
    row, _ = Reading.objects.select_for_update().get_or_create(account=account, story=story)
    row.paragraph, row.percent, row.touched_at = paragraph, min(100, percent), timezone.now()
    if percent >= FINISHED and row.finished_at is None:
        row.finished_at = row.touched_at
    row.save(update_fields=["paragraph", "percent", "touched_at", "finished_at"])
    return row


@transaction.atomic
def forget(*, account: User, story: uuid.UUID) -> int:
    """Forget where somebody stopped; a saved story stays saved."""
    rows = Reading.objects.filter(account=account, story=story)
    rows.filter(saved_at=None).delete()
    return rows.update(paragraph=0, percent=0, touched_at=None, finished_at=None)


@transaction.atomic
def give(*, account: User, story: uuid.UUID) -> GiftLink:
    """A link that opens the story to anybody for ninety days; the one that there is, if it still opens.

    Whether the giver may read the story to its end has been asked by the caller. Raises `TooManyGifts`.
    """
    User.objects.select_for_update().only("pk").get(pk=account.pk)
    moment = clock.now()
    GiftLink.objects.filter(giver=account, story=story, revoked_at=None, ends_at__lte=moment).update(revoked_at=moment)
    found = GiftLink.objects.filter(giver=account, story=story, revoked_at=None).first()
    if found:
        return found
    if GiftLink.objects.filter(giver=account, made_at__gt=moment - timedelta(days=30)).count() >= GIFTS_A_MONTH:
        raise TooManyGifts
    ends = moment + timedelta(days=GIFT_DAYS)
    return GiftLink.objects.create(
        giver=account, story=story, token=secrets.token_urlsafe(18), made_at=moment, ends_at=ends
    )


def revoke(*, link: GiftLink) -> None:
    """The link opens nothing from now on, for those either who have used it before. Idempotent."""
    GiftLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=clock.now())


def use(*, link: GiftLink) -> None:
    """Count that somebody has come by the link."""
    GiftLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)


def count(*, story: uuid.UUID, language: str, audience: Audience, finished: bool) -> None:
    """One more read of the story today, or one more read to its end."""
    names = {"story": story, "day": timezone.localdate(), "language": language, "audience": audience}
    field = "finished" if finished else "reads"
    if not DailyReads.objects.filter(**names).update(**{field: F(field) + 1}):
        row, made = DailyReads.objects.get_or_create(**names, defaults={field: 1})
        if not made:
            DailyReads.objects.filter(pk=row.pk).update(**{field: F(field) + 1})
