"""Writes on what people want to receive."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from editorial.letters import tokens
from editorial.letters.enums import How
from editorial.letters.models import Campaign, LetterChoice, Newsletter


@transaction.atomic
def choose(*, account: User, wanted: Collection[str], how: How) -> None:
    """Let an account want exactly these newsletters, by key, of those that are offered. Others stay as they are."""
    known = {row.newsletter_id: row for row in LetterChoice.objects.select_for_update().filter(account=account)}
    for newsletter in Newsletter.objects.offered():
        row, wish = known.get(newsletter.pk), newsletter.key in wanted
        if row is None and wish:
            _wish(account, newsletter, how)
        elif row is not None and row.wanted != wish:
            row.wanted, row.how, row.changed_at = wish, how, timezone.now()
            row.save(update_fields=["wanted", "how", "changed_at"])


def _wish(account: User, newsletter: Newsletter, how: How) -> None:
    now = timezone.now()
    LetterChoice.objects.get_or_create(
        newsletter=newsletter, account=account, defaults={"wanted": True, "how": how, "changed_at": now}
    )


@transaction.atomic
def begin(*, account: User) -> None:
    """A new account gets the newsletters that are on for new accounts; what it chose already stays."""
    for newsletter in Newsletter.objects.offered().filter(default_on=True):
        _wish(account, newsletter, How.SIGN_UP)


@transaction.atomic
def leave(*, token: str, how: How) -> bool:
    """End the newsletter of an unsubscribe link; False for a link that is not ours. Safe to repeat.

    The letter counts that somebody left, not who.
    """
    asked = tokens.read(token)
    if asked is None:
        return False
    rows = LetterChoice.objects.filter(token=asked.choice, wanted=True)
    if rows.update(wanted=False, how=how, changed_at=timezone.now()):
        Campaign.objects.filter(pk=asked.campaign).update(left=F("left") + 1)
    return True


@transaction.atomic
def come_back(*, token: str) -> bool:
    """Undo `leave` from its page: whoever holds the link may. False for a link that is not ours."""
    asked = tokens.read(token)
    if asked is None:
        return False
    rows = LetterChoice.objects.filter(token=asked.choice, wanted=False)
    if rows.update(wanted=True, how=How.LINK, changed_at=timezone.now()):
        Campaign.objects.filter(pk=asked.campaign, left__gt=0).update(left=F("left") - 1)
    return True
