"""What a file is, by its content."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Decided by the first bytes, never by the name."""

    AUDIO = "audio", _("Sound")
    VIDEO = "video", _("Film")
    CAPTIONS = "captions", _("Captions")
    MODEL = "model", _("Object in space")
    PDF = "pdf", _("PDF")
    OTHER = "other", _("Other")


INLINE = frozenset({Kind.AUDIO, Kind.VIDEO, Kind.CAPTIONS, Kind.MODEL})  # shown by a page; all else is downloaded
MEGABYTE = 1024 * 1024
CAPS: dict[str, int] = {  # bytes
    Kind.AUDIO: 60 * MEGABYTE,
    Kind.VIDEO: 200 * MEGABYTE,
    Kind.CAPTIONS: MEGABYTE,
    Kind.MODEL: 16 * MEGABYTE,
    Kind.PDF: 30 * MEGABYTE,
    Kind.OTHER: 30 * MEGABYTE,
}
