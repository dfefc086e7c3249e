"""Blocks to be handled: compared, turned, looked around in, come close to. Without script each is its picture and its words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from editorial import pictures
from editorial.blocks.choosers import FileChooser, PictureChooser
from editorial.blocks.media import any_file
from editorial.blocks.pictures import ALT_HELP, _any_image
from editorial.blocks.words import PREVIEW
from editorial.files.enums import Kind

JS = "editorial/js/"


class SliderBlock(blocks.StructBlock):
    """Two pictures of one thing, one over the other."""

    first = PictureChooser(label=_("first picture"))
    first_alt = blocks.CharBlock(label=_("what is seen in the first"), max_length=240, help_text=ALT_HELP)
    first_label = blocks.CharBlock(label=_("a word on the first"), max_length=40, required=False)
    second = PictureChooser(label=_("second picture"))
    second_alt = blocks.CharBlock(label=_("what is seen in the second"), max_length=240, help_text=ALT_HELP)
    second_label = blocks.CharBlock(label=_("a word on the second"), max_length=40, required=False)
    caption = blocks.TextBlock(label=_("caption"), required=False, rows=2)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Both pictures in one shape, so that they lie on each other."""
        return super().get_context(value, parent_context) | {
            name: pictures.tag(value[name], "card", value[f"{name}_alt"]) if value[name] else ""
            for name in ("first", "second")
        }

    def get_preview_value(self) -> Any:
        """Twice the same picture."""
        one = {"first": _any_image(), "first_alt": "Before the fire", "first_label": "Before"}
        two = {"second": _any_image(), "second_alt": "After the fire", "second_label": "After"}
        return self.normalize({**one, **two, "caption": "The same bowl, one night later.", "credit": "Drawn by Yaji"})

    class Meta:
        icon = "sliders"
        label = _("Comparison")
        description = _("Two pictures over each other, with a slider between them")
        template = "editorial/blocks/slider.html"
        preview_template = PREVIEW
        script = f"{JS}slider.js"


class ModelBlock(blocks.StructBlock):
    """An object to turn around."""

    file = FileChooser(kinds=(Kind.MODEL.value,), label=_("object"), help_text=_("One self-contained GLB."))
    poster = PictureChooser(
        label=_("picture of it"), help_text=_("Stands there until the object is loaded, and instead of it.")
    )
    alt = blocks.CharBlock(label=_("what is seen"), max_length=240, help_text=ALT_HELP)
    caption = blocks.TextBlock(label=_("caption"), required=False, rows=2)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)

    def get_preview_value(self) -> Any:
        """Any object of the house."""
        return self.normalize({"file": any_file(Kind.MODEL), "poster": _any_image(), "alt": "A celadon vase",
                               "caption": "Turn it.", "credit": "Drawn by Yaji"})  # fmt: skip

    class Meta:
        icon = "view"
        label = _("Object in space")
        description = _("An object that can be turned around, with a picture for those who cannot see it so")
        template = "editorial/blocks/model.html"
        preview_template = PREVIEW
        script = f"{JS}model.js"


class PanoramaBlock(blocks.StructBlock):
    """A place to look around in."""

    image = PictureChooser(label=_("picture all around"), help_text=_("Equirectangular: twice as wide as high."))
    alt = blocks.CharBlock(label=_("what is seen"), max_length=240, help_text=ALT_HELP)
    caption = blocks.TextBlock(label=_("caption"), required=False, rows=2)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)

    def clean(self, value: Any) -> Any:
        """A picture of another shape would be bent out of shape."""
        found = super().clean(value)
        image = found.get("image")
        if image and (image.is_svg() or not 1.9 < image.width / image.height < 2.1):
            trouble = ValidationError(_("A picture all around is a photograph twice as wide as high."))
            raise StructBlockValidationError(block_errors={"image": trouble})
        return found

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`around_url`: the whole picture for the viewer."""
        image = value.get("image")
        return super().get_context(value, parent_context) | {
            "around_url": pictures.address(image, "around")[0] if image else ""
        }

    def get_preview_value(self) -> Any:
        """Any picture."""
        return self.normalize({"image": _any_image(), "alt": "A kiln yard", "caption": "Look around.", "credit": "Drawn by Yaji"})  # fmt: skip

    class Meta:
        icon = "globe"
        label = _("All around")
        description = _("A place to look around in, 360 degrees")
        template = "editorial/blocks/panorama.html"
        preview_template = PREVIEW
        script = f"{JS}panorama.js"


class ZoomBlock(blocks.StructBlock):
    """A picture to come close to."""

    image = PictureChooser(label=_("picture"), help_text=_("As large as there is."))
    alt = blocks.CharBlock(label=_("what is seen"), max_length=240, help_text=ALT_HELP)
    title = blocks.CharBlock(label=_("title"), required=False, max_length=80)
    caption = blocks.TextBlock(label=_("caption"), required=False, rows=2)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`close_url` and its width: the larger picture that is fetched when somebody comes close."""
        image = value.get("image")
        url, width, _height = pictures.address(image, "close") if image else ("", 0, 0)
        return super().get_context(value, parent_context) | {"close_url": url, "close_width": width}

    def get_preview_value(self) -> Any:
        """Any picture."""
        return self.normalize({"image": _any_image(), "alt": "A glaze", "title": "Golden thread", "caption": "Come closer.",
                               "credit": "Drawn by Yaji"})  # fmt: skip

    class Meta:
        icon = "expand-right"
        label = _("Close look")
        description = _("A large picture that can be come close to")
        template = "editorial/blocks/zoom.html"
        preview_template = PREVIEW
        script = f"{JS}zoom.js"
