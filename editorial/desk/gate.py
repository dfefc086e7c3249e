"""The gate that every publication goes through, whoever opens it: a form, a workflow, the sweep, a line of code."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.models import Revision

from editorial.desk import agreeing, rules
from editorial.desk.enums import Need
from editorial.desk.models import Refusal
from editorial.desk.rules import PublishingRefused
from editorial.models.topic import Topic

if TYPE_CHECKING:
    from editorial.models import StoryPage

log = logging.getLogger("editorial.desk")
PUBLISHES = frozenset({"live", "live_revision"})


def needs_of(page_id: int | None, content: Mapping[str, Any]) -> list[Need]:
    """What a version of a story lacks. `content`: its revision's, as it will be published. Two queries at most."""
    kinds = Topic.objects.filter(pk__in=content.get("topics") or []).values_list("sensitive", "science")
    sensitive, science = (
        (any(flags) for flags in zip(*kinds, strict=True)) if (kinds := list(kinds)) else (False, False)
    )
    if not sensitive and not science:
        return []
    notes = json.loads(content.get("notes") or "[]")
    return rules.missing(
        rules.Facts(
            sensitive=sensitive,
            science=science,
            agreed=sensitive and agreeing.agreed(page_id, content) is not None,
            sources=sum(block["type"] == "source" for block in notes),
            reviewers=sum(credit["role"] == "reviewer" for credit in content.get("credits") or []),
        )
    )


def lets_out(revision: Revision, *, scheduled: bool) -> bool:
    """True when the revision may be published. One that was due by its date is refused quietly and told to the editors,
    so that the others of the sweep go out; for anything else raises `PublishingRefused`."""
    page_id = int(revision.object_id)
    needs = needs_of(page_id, revision.content)
    if not needs:
        return True
    if not scheduled:
        raise PublishingRefused(page_id, revision.content.get("title", ""), needs)
    refuse(revision, needs)
    return False


def refuse(revision: Revision, needs: Iterable[Need]) -> Refusal:
    """Take a date that has come off its revision, keep why, and tell the editors once."""
    from editorial.desk import telling

    row, _made = Refusal.objects.update_or_create(
        revision=revision,
        defaults={"page_id": int(revision.object_id), "needs": list(needs), "at": timezone.now(), "closed_at": None},
    )
    revision.approved_go_live_at = None  # otherwise the page stays locked, and the sweep comes back every minute
    revision.save(update_fields=["approved_go_live_at"])
    log.warning("publication refused: page %s, revision %s, %s", row.page_id, revision.pk, row.needs)
    telling.refused(row)
    return row


def guard(story: "StoryPage", update_fields: Iterable[str] | None) -> None:
    """The last door, in `StoryPage.save`: a row becomes live, or another version of it, only as the rules allow.

    A new row that may not begins as a draft. For an old one raises `PublishingRefused`.
    """
    if not story.live or story.alias_of_id or (update_fields is not None and not PUBLISHES & set(update_fields)):
        return
    before = _before(story)
    if before is not None and before == (True, story.live_revision_id):
        return
    own = story.live_revision if before is not None else None
    needs = needs_of(story.pk, own.content if own else story.serializable_data())
    if not needs:
        return
    if before is None:
        story.live, story.has_unpublished_changes = False, True
        return
    raise PublishingRefused(story.pk, story.title, needs)


def _before(story: "StoryPage") -> tuple[bool, int | None] | None:
    if story._state.adding or story.pk is None:
        return None
    return type(story).objects.filter(pk=story.pk).values_list("live", "live_revision_id").first()
