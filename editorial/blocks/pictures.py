"""Blocks of pictures: one, or two to five together."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model

from editorial.blocks.choosers import PictureChooser
from editorial.blocks.words import PREVIEW
from editorial.pictures import tag

ALT_HELP = _("Read aloud instead of the picture. Say what is seen.")


def _any_image() -> Any:
    return get_image_model().objects.order_by("pk").first()


class Picture(blocks.StructBlock):
    """A picture with the words that belong to it; what is seen must be told."""

    image = PictureChooser(label=_("picture"), help_text=_("The crop keeps the picture’s focal point."))
    alt = blocks.CharBlock(label=_("what is seen"), max_length=240, help_text=ALT_HELP)
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    caption = blocks.TextBlock(label=_("caption"), required=False, rows=2)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)

    def get_preview_value(self) -> Any:
        """Any picture of the house."""
        return self.normalize({"image": _any_image(), "alt": "A kiln on a hillside", "title": "A fire that climbs",
                               "caption": "The heat walks uphill by itself.", "credit": "Drawn by Yaji"})  # fmt: skip

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("One wide picture with caption and credit")
        template = "editorial/blocks/image.html"
        preview_template = PREVIEW


class GalleryBlock(blocks.StructBlock):
    """Pictures to be seen together; the first is the large one."""

    label = blocks.CharBlock(label=_("what they show together"), max_length=80, help_text=_("Read aloud first"))
    pictures = blocks.ListBlock(Picture(), label=_("pictures"), min_num=2, max_num=5)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Beside the value the pictures as the component takes them: the first one larger."""
        shapes = ["card", *["square"] * (len(value["pictures"]) - 1)]
        shown = [
            {
                "img": tag(it["image"], shape, it["alt"]),
                "caption": it.get("caption") or it.get("title"),
                "credit": it.get("credit"),
            }
            for it, shape in zip(value["pictures"], shapes, strict=True)
            if it["image"]
        ]
        return super().get_context(value, parent_context) | {"shown": shown}

    def get_preview_value(self) -> Any:
        """Three times the same picture is enough to see the shape."""
        one = {"image": _any_image(), "alt": "A glaze", "caption": "Golden thread, iron wire"}
        return self.normalize({"label": "Three looks at a glaze", "pictures": [one, one, one]})

    class Meta:
        icon = "grip"
        label = _("Gallery")
        description = _("Two to five pictures side by side, the first one large")
        template = "editorial/blocks/gallery.html"
        preview_template = PREVIEW
