"""Pictures of items: cut square once, when staff choose them, so that a page with a hundred things asks nothing for them."""

import logging
from typing import Any

from django.db import transaction
from wagtail.images.models import AbstractImage, AbstractRendition, SourceImageIOError
from willow.image import UnrecognisedImageFormatError

from subscriptions.boxes.models import Item

log = logging.getLogger("subscriptions.boxes.picturing")
SQUARE, SQUARE_DRAWN = "fill-900x900|format-webp", "fill-900x900"


def show(item: Item) -> bool:
    """Cut the item's picture and keep where it lies; False for a file that cannot be read: the drawing is shown then."""
    name = _cut(item.picture) if item.picture else ""
    Item.objects.filter(pk=item.pk).update(shown=name)
    item.shown = name
    return bool(name) or item.picture is None


def _cut(image: AbstractImage) -> str:
    try:
        return str(image.get_rendition(SQUARE_DRAWN if image.is_svg() else SQUARE).file.name)
    except (SourceImageIOError, OSError, UnrecognisedImageFormatError) as unreadable:
        log.warning("picture %s cannot be cut: %s", image.pk, unreadable)
        return ""


def image_changed(instance: AbstractImage, created: bool = False, **kwargs: Any) -> None:
    """Receiver: with another middle a picture is cut another way."""
    if not created:
        for item in Item.objects.filter(picture=instance.pk):
            item.picture = instance
            show(item)


def cutting_goes(instance: AbstractRendition, **kwargs: Any) -> None:
    """Receiver: another file of a picture throws its cuttings away; what was shown is cut anew."""
    ids = list(Item.objects.filter(shown=instance.file.name).values_list("pk", flat=True)) if instance.file else []
    if ids:
        transaction.on_commit(lambda: [show(i) for i in Item.objects.select_related("picture").filter(pk__in=ids)])


def image_goes(instance: AbstractImage, **kwargs: Any) -> None:
    """Receiver: with a picture its cutting goes."""
    Item.objects.filter(picture=instance.pk).update(picture=None, shown="")
