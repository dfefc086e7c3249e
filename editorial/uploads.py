"""What is asked of a picture that editors bring: that it is one, not too large; its camera's diary is taken out.

Position, device and time stand in a photograph's EXIF, XMP and text chunks; the public gets none of it.
"""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from wagtail.images import get_image_model
from wagtail.images.forms import BaseImageForm

UPRIGHT, ORIENTATION = 1, 0x0112
TELLTALE = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "Comment", "Description", "Author", "Software", "Raw profile type exif")  # fmt: skip
QUALITY = {"WEBP": {"quality": 92, "method": 4}, "AVIF": {"quality": 88}, "JPEG": {"quality": 94}, "PNG": {"optimize": False}}  # fmt: skip


class PictureForm(BaseImageForm):
    """Wagtail's form, with sentences that say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].error_messages |= {
                "invalid_image": _("This is no picture that we can read, whatever its name says. Nothing was kept; choose a JPEG, PNG, WebP, AVIF, GIF or SVG."),
                "invalid_image_known_format": _("This file is called .%(extension)s, but what is in it is %(image_format)s. Nothing was kept; give it its true name."),
                "file_too_large": _("The picture has %(file_size)s; %(max_filesize)s is the most. Save it smaller and try again."),
                "file_too_many_pixels": _("The picture has %(num_pixels)s points; %(max_pixels_count)s is the most. Make it smaller, about 6000 by 4000, and try again."),
            }  # fmt: skip


def connect() -> None:
    """Called once at start: every new file of a picture is cleaned, whichever way it comes."""
    pre_save.connect(_clean, sender=get_image_model(), dispatch_uid="editorial.uploads")


def _clean(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    file = instance.file
    if raw or not file or file._committed:
        return
    file.seek(0)
    data = file.read()
    file.seek(0)
    cleaned = without_diary(data)
    if cleaned is not None:
        instance.file = ContentFile(cleaned, name=file.name.rsplit("/", 1)[-1])
        instance.file_size, instance.file_hash = len(cleaned), ""
        with Image.open(io.BytesIO(cleaned)) as picture:
            instance.width, instance.height = picture.size


def without_diary(data: bytes) -> bytes | None:
    """The picture upright and without EXIF, XMP and comments; None where there is nothing to take out."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(data))
    except OSError:
        return None  # an SVG, or nothing that Pillow knows: the form has judged it
    if picture.format not in QUALITY or not _tells(picture):
        return None
    many = getattr(picture, "n_frames", 1) > 1
    kind, icc = picture.format, picture.info.get("icc_profile")
    options: dict[str, Any] = dict(QUALITY[kind])
    if many:
        options |= {"save_all": True}
    elif picture.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT:
        picture = ImageOps.exif_transpose(picture)
    elif kind == "JPEG":
        options = {"quality": "keep", "subsampling": "keep"}
    if icc:
        options["icc_profile"] = icc
    for key in TELLTALE:
        picture.info.pop(key, None)
    out = io.BytesIO()
    picture.save(out, kind, exif=b"", **({"pnginfo": None} if kind == "PNG" else {}), **options)
    return out.getvalue()


def _tells(picture: Image.Image) -> bool:
    picture.load()  # text chunks may stand behind the points
    return (
        bool(picture.getexif()) or any(key in picture.info for key in TELLTALE) or bool(getattr(picture, "text", None))
    )
