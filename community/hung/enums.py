"""Kinds of files, and how much is taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
MOST_A_MESSAGE = 6
MOST_BYTES = 10 * MEGABYTE
MOST_PIXELS = 50_000_000  # a telephone's largest picture has 48 million
MOST_ALT = 500
MOST_NAME = 80
LONG_SIDE = 2560  # points of a kept picture
THUMB = (480, 360)  # what it is shown in
MOST_LINKS = 3


class FileKind(models.TextChoices):
    """Decided by the first bytes, never by the name."""

    PICTURE = "picture", _("Picture")
    PDF = "pdf", _("PDF")
    TEXT = "text", _("Text")
