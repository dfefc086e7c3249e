"""The two rules of publishing. Pure: what a story is about and has goes in, what it lacks comes out."""

from collections.abc import Iterable
from dataclasses import dataclass

from editorial.desk.enums import Need


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask about one version of a story."""

    sensitive: bool
    science: bool
    agreed: bool
    sources: int
    reviewers: int


def missing(facts: Facts) -> list[Need]:
    """What this version lacks; empty: it may be published."""
    found: list[Need] = []
    if facts.sensitive and not facts.agreed:
        found.append(Need.SECOND_EDITOR)
    if facts.science and not facts.sources:
        found.append(Need.SOURCE)
    if facts.science and not facts.reviewers:
        found.append(Need.REVIEWER)
    return found


class PublishingRefused(Exception):
    """A version that the rules do not let out. `page_id` and `title` say which, `needs` what it lacks."""

    def __init__(self, page_id: int | None, title: str, needs: Iterable[Need]) -> None:
        self.page_id, self.title, self.needs = page_id, title, list(needs)
        super().__init__(f"“{title}” was not published: {' '.join(str(need.label) for need in self.needs)}")
