"""Choosers whose things are read together: all pictures, files and places of a story in one query for each kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from editorial.files.enums import Kind

Shelf = dict[type, dict[int, Any]]
_shelf: ContextVar[Shelf | None] = ContextVar("shelf", default=None)


class Shelved:
    """A chooser that looks on the shelf first."""

    together: tuple[str, ...] = ()  # what is joined when the things are read

    def bulk_to_python(self, values: Any) -> list[Any]:
        """The things with these ids, in order; what the shelf has is not asked for again."""
        wanted = list(values)
        shelf = _shelf.get()
        if shelf is None:
            return super().bulk_to_python(wanted)  # type: ignore[misc]
        known = shelf.setdefault(self.model_class, {})  # type: ignore[attr-defined]
        self.read({pk for pk in wanted if pk is not None} - known.keys(), known)
        return [known.get(pk) for pk in wanted]

    def read(self, ids: set[int], known: dict[int, Any]) -> None:
        """Put these onto the shelf; what is gone is None there. One query."""
        if ids:
            rows = self.model_class.objects.select_related(*self.together) if self.together else self.model_class.objects  # type: ignore[attr-defined]  # fmt: skip
            known.update(dict.fromkeys(ids) | rows.in_bulk(ids))


class PictureChooser(Shelved, ImageChooserBlock):
    """A picture of the house."""


class PlaceChooser(Shelved, blocks.PageChooserBlock):
    """A page of a place."""

    together = ("locale",)


class PollChooser(Shelved, SnippetChooserBlock):
    """A poll."""


class FileChooser(Shelved, DocumentChooserBlock):
    """A file of the house, of one of some kinds."""

    def __init__(self, kinds: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.kinds = tuple(kinds)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Refuses a file whose content is of another kind than the block shows."""
        chosen = super().clean(value)
        if chosen is not None and self.kinds and chosen.kind not in self.kinds:
            wanted = ", ".join(str(Kind(kind).label) for kind in self.kinds)
            raise ValidationError(
                _("“%(title)s” is of the kind %(kind)s; this block needs %(wanted)s.")
                % {"title": chosen.title, "kind": chosen.get_kind_display(), "wanted": wanted}
            )
        return chosen


@contextmanager
def shelf(body: Any) -> Iterator[None]:
    """While it is open, choosers inside `body` (a stream) find their things read already: one query for each kind."""
    token = _shelf.set({})
    try:
        by_model: dict[type, tuple[Any, set[int]]] = {}
        for chooser, pk in _chosen(body.stream_block, list(body.raw_data)) if hasattr(body, "raw_data") else ():
            by_model.setdefault(chooser.model_class, (chooser, set()))[1].add(pk)
        for model, (chooser, ids) in by_model.items():
            chooser.read(ids, _shelf.get().setdefault(model, {}))  # type: ignore[union-attr]
        yield
    finally:
        _shelf.reset(token)


def _chosen(block: Any, raw: Any) -> Iterator[tuple[Any, int]]:
    """Choosers and the ids that stand in raw data, however deep."""
    if isinstance(block, Shelved):
        if isinstance(raw, int):
            yield block, raw
    elif isinstance(block, blocks.BaseStreamBlock) and isinstance(raw, list):
        for item in raw:
            if item["type"] in block.child_blocks:
                yield from _chosen(block.child_blocks[item["type"]], item["value"])
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(raw, dict):
        for name, child in block.child_blocks.items():
            yield from _chosen(child, raw.get(name))
    elif isinstance(block, blocks.ListBlock) and isinstance(raw, list):
        for item in raw:
            yield from _chosen(block.child_block, item["value"] if isinstance(item, dict) and item.get("type") == "item" else item)  # fmt: skip
