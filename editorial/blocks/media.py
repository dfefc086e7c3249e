"""Blocks that are listened to and watched. Each has its words beside it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from editorial import pictures
from editorial.blocks.choosers import FileChooser, PictureChooser
from editorial.blocks.words import PREVIEW
from editorial.files.enums import Kind

CAPTIONS_HELP = _("WebVTT. Without a transcript below, the captions are the transcript.")
TRANSCRIPT_HELP = _("Every word and every sound that matters, a line for each. It is shown, and search finds it.")


def any_file(kind: str) -> Any:
    """Some file of a kind, for previews."""
    from editorial.files.models import HouseFile

    return HouseFile.objects.filter(kind=kind).order_by("pk").first()


class Told(blocks.StructBlock):
    """Something with a soundtrack. What is heard must be told in words: in a transcript, or in captions."""

    def clean(self, value: Any) -> Any:
        """One of the two must be there."""
        found = super().clean(value)
        if not found.get("transcript") and not found.get("captions"):
            trouble = ValidationError(_("Give a transcript or captions: not everybody hears."))
            raise StructBlockValidationError(block_errors={"transcript": trouble})
        return found

    def get_searchable_content(self, value: Any) -> list[str]:
        """Title, credit and transcript; the captions' words where there is no transcript."""
        words = list(super().get_searchable_content(value))
        captions = value.get("captions")
        return words if value.get("transcript") or captions is None else [*words, captions.words]

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`lines`: the transcript, or the captions' words, line by line."""
        context = super().get_context(value, parent_context)
        captions = value.get("captions")
        text = value.get("transcript") or (captions.words if captions else "")
        page = context.get("page")
        language = page.locale.language_code if page is not None and hasattr(page, "locale") else ""
        context["lines"] = [line.strip() for line in text.split("\n") if line.strip()]
        context["captions_language"] = "zh-Hans" if language.startswith("zh") else "en"
        return context


class SoundBlock(Told):
    """A recording."""

    file = FileChooser(kinds=(Kind.AUDIO.value,), label=_("sound"))
    title = blocks.CharBlock(label=_("title"), max_length=80)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)
    transcript = blocks.TextBlock(label=_("transcript"), required=False, rows=4, help_text=TRANSCRIPT_HELP)
    captions = FileChooser(kinds=(Kind.CAPTIONS.value,), label=_("captions"), required=False, help_text=CAPTIONS_HELP)

    def get_preview_value(self) -> Any:
        """Any sound of the house."""
        return self.normalize({"file": any_file(Kind.AUDIO), "title": "The bell at the kiln", "credit": "Recorded by Yaji",
                               "transcript": "A bell, struck once.\nIt fades for six seconds."})  # fmt: skip

    class Meta:
        icon = "media"
        label = _("Sound")
        description = _("A recording with its transcript")
        template = "editorial/blocks/audio.html"
        preview_template = PREVIEW


class FilmBlock(Told):
    """A short film."""

    file = FileChooser(kinds=(Kind.VIDEO.value,), label=_("film"))
    title = blocks.CharBlock(label=_("title"), max_length=80)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120)
    poster = PictureChooser(label=_("picture before it plays"), required=False)
    captions = FileChooser(kinds=(Kind.CAPTIONS.value,), label=_("captions"), required=False, help_text=CAPTIONS_HELP)
    transcript = blocks.TextBlock(label=_("transcript"), required=False, rows=4, help_text=TRANSCRIPT_HELP)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`poster_url`: the picture before it plays."""
        poster = value.get("poster")
        return super().get_context(value, parent_context) | {
            "poster_url": pictures.address(poster, "wide")[0] if poster else ""
        }

    def get_preview_value(self) -> Any:
        """Any film of the house."""
        return self.normalize({"file": any_file(Kind.VIDEO), "title": "The wheel turns", "credit": "Filmed by Yaji",
                               "transcript": "A bowl turns on a wheel.\nNothing is said."})  # fmt: skip

    class Meta:
        icon = "media"
        label = _("Film")
        description = _("A short film with captions and a transcript")
        template = "editorial/blocks/video.html"
        preview_template = PREVIEW
