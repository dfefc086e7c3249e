"""What the blocks of a front page show, read in a constant number of queries."""

from typing import Any

from editorial import cards, pictures
from editorial.models.story import StoryPage


def stories(body: Any) -> dict[int, dict[str, Any]]:
    """Cards of every story that the blocks name, by page id. One query for the stories, one for all pictures.

    A story that was unpublished is not in it: its block leaves it out.
    """
    wanted = {p.pk for block in body for p in _chosen(block.value)}
    found = list(
        StoryPage.objects.readable().filter(pk__in=wanted).select_related("lead_image", "social_image", "locale")
    )
    loose = [image for block in body for image in pictures.inside(block.value)]
    pictures.gather([*(p.lead_image for p in found), *loose])
    return {p.pk: cards.card(p) | {"page": p, "subject_key": p.subject_key} for p in found}


def _chosen(value: Any) -> list[Any]:
    """Pages inside a block's value, however deep."""
    if hasattr(value, "url_path"):
        return [value]
    if hasattr(value, "values"):
        return [p for v in value.values() for p in _chosen(v)]
    if hasattr(value, "bound_blocks"):
        return [p for v in value for p in _chosen(v)]
    return []
