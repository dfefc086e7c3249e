"""Keeps true on which pages files and polls stand, and behind which rights. One row for each way to them."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from editorial import units
from editorial.files.models import HouseFile, Placement
from editorial.polls.models import Poll

SUBJECTS: dict[type, str] = {HouseFile: "file", Poll: "poll"}
CHANGES = {"body", "audience", "live"}


def connect() -> None:
    """Called once at start."""
    post_save.connect(on_save, dispatch_uid="files.placing")


def on_save(sender: Any, instance: Any, update_fields: Any = None, raw: bool = False, **kwargs: Any) -> None:
    """A page as it is published. Drafts and pages that are taken back leave the rows as they are."""
    from editorial.models import AudiencePage

    if raw or not isinstance(instance, AudiencePage) or not instance.live or not hasattr(instance, "body"):
        return
    if update_fields is None or CHANGES & set(update_fields):
        rewrite(instance)


@transaction.atomic
def rewrite(page: Any) -> None:
    """The rows of this page, as its stream is now."""
    wanted = set(standing(page))
    kept = {(row.subject, row.needs): row.pk for row in Placement.objects.filter(page_id=page.pk)}
    Placement.objects.filter(pk__in=[pk for pair, pk in kept.items() if pair not in wanted]).delete()
    fresh = [Placement(subject=s, page_id=page.pk, needs=n) for s, n in sorted(wanted - kept.keys())]
    Placement.objects.bulk_create(fresh, ignore_conflicts=True)


def standing(page: Any) -> Iterator[tuple[str, str]]:
    """`(subject, needs)` for everything of ours in the page's stream."""
    for section, block in units.flat(page.body):
        keys = {page.audience, section.requires if section else ""} - {""}
        for model, kind in SUBJECTS.items():
            for thing in units.inside(block.value, model):
                yield f"{kind}:{thing.pk}", ",".join(sorted(keys))


def gates(subject: str) -> list[frozenset[str]]:
    """The ways to a thing that ask for a right; empty when it stands in the open, or nowhere. One query.

    Places that ask for something outweigh places that do not. Places on deleted pages count while there is no other.
    """
    rows = list(Placement.objects.filter(subject=subject).values_list("page_id", "needs"))
    standing_rows = [row for row in rows if row[0] is not None] or rows
    return [frozenset(needs.split(",")) for _, needs in standing_rows if needs]


def stories(subject: str) -> set[Any]:
    """Translation keys of the published pages behind whose walls a thing stands. One query."""
    rows = Placement.objects.filter(subject=subject, page__live=True).exclude(needs="")
    return set(rows.values_list("page__translation_key", flat=True))
