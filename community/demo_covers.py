"""Covers of the demo's groups: our own drawings."""

from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from community.models import Group
from ground.drawing import draw

COVERS = {
    "celadon-circle": ("glaze", 4), "paper-and-block": ("block", 3), "the-monthly-box": ("parcel", 2),
    "tea-table": ("tea", 5), "indigo-yard": ("vat", 3), "lacquer-bench": ("lacquer", 4), "incense-hour": ("mist", 6),
    "stitched-books": ("scroll", 3), "kite-field": ("landscape", 8), "opera-evenings": ("shadow", 5),
    "garden-paths": ("bridge", 4), "season-kitchen": ("tray", 3), "printers-guild": ("brush", 6),
}  # fmt: skip


def hang() -> None:
    """Give each group without a cover its own."""
    for group in Group.objects.filter(slug__in=COVERS, cover=None):
        name, seed = COVERS[group.slug]
        title = f"{name} {seed}"
        known = get_image_model().objects.filter(title=title).first()
        stored = ContentFile(draw(name, seed).encode(), name=f"{name}-{seed}.svg")
        group.cover = known or get_image_model().objects.create(title=title, file=stored)
        group.save(update_fields=["cover"])
