"""Bodies, made once for each language and set of rights, then kept: also what is shown later as what was sent."""

from django.utils import timezone

from editorial.letters import composing
from editorial.letters.models import Campaign, Rendering


def body_for(campaign: Campaign, language: str, rights: frozenset[str]) -> Rendering:
    """The body for these readers. `rights` are those that they hold of the letter's gates, nothing more.

    Two workers that make the same one at once keep one of the two: they are the same.
    """
    key = " ".join(sorted(rights))
    found = Rendering.objects.filter(campaign=campaign, language=language, rights=key).first()
    if found is not None:
        return found
    made = composing.compose(campaign, language, composing.holding(rights))
    row, _new = Rendering.objects.get_or_create(
        campaign=campaign, language=language, rights=key,
        defaults={"subject": made.subject, "html": made.html, "text": made.text, "made_at": timezone.now()},
    )  # fmt: skip
    return row


def composed(row: Rendering) -> composing.Composed:
    """A kept body, ready for somebody's links."""
    return composing.Composed(row.subject, row.html, row.text)
