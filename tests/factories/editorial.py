"""Pages for tests."""

import itertools
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.rich_text import RichText

from editorial.actions import lay_trees, place
from editorial.models import ChannelPage, HomePage, StoryPage
from ground.drawing import draw

_numbers = itertools.count(1)

FREE = "The glaze rings for days."
GATED = "He fell asleep by the fifth hole."
AFTER = "The pot still stands on his shelf."
GATED_NOTE = "From the kiln book of that year."


def homes() -> dict[str, HomePage]:
    """Front pages and channels of both languages."""
    return lay_trees()


def channel(language: str = settings.LANGUAGE_CODE) -> ChannelPage:
    """The channel of a language."""
    return ChannelPage.objects.child_of(homes()[language]).get()


def picture(name: str = "tea", seed: int = 1) -> Any:
    """A drawing in the admin."""
    stored = ContentFile(draw(name, seed).encode(), name=f"{name}-{seed}-{next(_numbers)}.svg")
    return get_image_model().objects.create(title=f"{name} {seed}", file=stored)


def text(words: str) -> tuple[str, RichText]:
    """A paragraph."""
    return "text", RichText(f"<p>{words}</p>")


def members(*blocks: Any, requires: str = "stories:all") -> tuple[str, Any]:
    """A members' section."""
    return "members", {"requires": requires, "title": "Kept for the table", "promise": "The worst firing.",
                       "content": list(blocks)}  # fmt: skip


def free_body() -> list[Any]:
    """Two paragraphs, a heading, one more."""
    return [
        text("A line that may be wrong.^1 And one that is right."),
        text(FREE),
        ("heading", "The glaze talks"),
        text("Listen."),
    ]


def gated_body(requires: str = "stories:all") -> list[Any]:
    """Free paragraphs p1 to p4, then a section p5 to p6 that only members read, then p7."""
    return [*free_body(), members(("heading", "The worst firing"), text(f"{GATED}^2"), requires=requires), text(AFTER)]


def story(language: str = settings.LANGUAGE_CODE, *, under: ChannelPage | None = None, beside: StoryPage | None = None, **fields: Any) -> StoryPage:  # fmt: skip
    """A published story; a members' section in it unless a body is given."""
    number = next(_numbers)
    under = under or channel(language)
    defaults: dict[str, Any] = {
        "title": f"Story {number}", "slug": f"story-{number}", "standfirst": "Iron, ash and a starved fire.",
        "author": "Shen Yanqiu", "date": date(2026, 11, 22), "kicker": "Notes on Glaze", "body": gated_body(),
        "notes": [("note", RichText("<p>From a late notebook.</p>")), ("note", RichText(f"<p>{GATED_NOTE}</p>"))],
        "locale": under.locale,
    }  # fmt: skip
    return place(StoryPage(**{**defaults, **fields}), under=under, beside=beside)
