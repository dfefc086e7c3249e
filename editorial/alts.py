"""Pictures that say nothing to those who do not see them: told to editors, never passed over in silence."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from editorial import units

# A picture's field in a block, and the field of the words that stand for it.
PAIRS = (("image", "alt"), ("first", "first_alt"), ("second", "second_alt"), ("poster", "alt"))
ON_PAGES = (("lead_image", "lead_alt"), ("picture", "picture_alt"))


def without_words(page: Any) -> list[str]:
    """A sentence for each picture of the page whose description is missing, in the order of the page."""
    found = [
        _("The page’s own picture has no description.")
        for image, words in ON_PAGES
        if getattr(page, f"{image}_id", None) and not str(getattr(page, words, "")).strip()
    ]
    for number, (_section, block) in enumerate(units.flat(getattr(page, "body", ())), start=1):
        for value in _holders(block.value):
            if any(_silent(value, image, words) for image, words in PAIRS):
                found.append(
                    _("Block %(number)s (%(label)s): a picture has no description.")
                    % {"number": number, "label": block.block.label}
                )
    return found


def _silent(value: Any, image: str, words: str) -> bool:
    return bool(value.get(image)) and words in value and not str(value.get(words) or "").strip()


def _holders(value: Any) -> Iterator[Any]:
    """Every struct inside a value, itself first."""
    if hasattr(value, "items"):
        yield value
        for inner in value.values():
            yield from _holders(inner)
    elif isinstance(value, list | tuple) or hasattr(value, "bound_blocks"):
        for inner in value:
            yield from _holders(getattr(inner, "value", inner))
