"""Pictures as they are kept: decoded, upright, in the colours of screens, without what a camera writes beside them.

Nothing that somebody sent is handed on as it came: a picture is drawn anew, so only picture is left of it.
"""

import io
import threading
from dataclasses import dataclass

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from community.hung.enums import LONG_SIDE, MOST_PIXELS, THUMB
from community.hung.refusing import BadUpload

pillow_heif.register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
PHOTOGRAPHS = frozenset({"JPEG", "HEIF"})
AT_ONCE = threading.BoundedSemaphore(2)  # a large one takes 200 MB while it is open
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
TROUBLE = (*BOMBS, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, ZeroDivisionError, OverflowError, RuntimeError, MemoryError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew: its bytes, media type, ending and size in points."""

    data: bytes
    mime: str
    ending: str
    width: int
    height: int


def redraw(data: bytes) -> Drawn:
    """The picture as it is kept. Raises BadUpload for what is none, is broken, or is larger than can be opened."""
    with AT_ONCE:
        try:
            return _redraw(data)
        except BOMBS as bomb:
            raise _too_many() from bomb
        except TROUBLE as trouble:
            raise BadUpload("broken", _("This picture cannot be read. Save it once more, as JPEG or PNG.")) from trouble


def _redraw(data: bytes) -> Drawn:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise _too_many()
        photograph = picture.format in PHOTOGRAPHS
        picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = _shrunk(_on_screen(upright), (LONG_SIDE, LONG_SIDE))
    return _as_jpeg(plain) if photograph and plain.mode == "RGB" else _as_webp(plain)


def _too_many() -> BadUpload:
    return BadUpload(
        "too_large", _("This picture has too many points. Make it smaller, about 6000 by 4000, and try again.")
    )


def _on_screen(picture: Image.Image) -> Image.Image:
    """In sRGB, with or without transparence: profiles are not handed on, so they are applied."""
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    mode = "RGBA" if clear else "RGB"
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            there = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            source = picture.convert("RGB") if picture.mode == "RGBA" else picture
            turned = ImageCms.profileToProfile(source, there, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if turned is not None:
                if picture.mode == "RGBA":
                    turned.putalpha(picture.getchannel("A"))
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that nobody can read changes nothing
    return picture.convert(mode)


def _shrunk(picture: Image.Image, box: tuple[int, int]) -> Image.Image:
    width, height = fit(picture.width, picture.height, box)
    if (width, height) == picture.size:
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The size inside a box, never larger than it was, never without a side."""
    scale = min(1.0, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _as_jpeg(picture: Image.Image) -> Drawn:
    return Drawn(_saved(picture, "JPEG", quality=86, progressive=True), "image/jpeg", "jpg", *picture.size)


def _as_webp(picture: Image.Image, quality: int = 90) -> Drawn:
    return Drawn(_saved(picture, "WEBP", quality=quality, method=3), "image/webp", "webp", *picture.size)


def _saved(picture: Image.Image, format: str, **how: object) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # the points alone: no info, no EXIF, no comment comes along
    out = io.BytesIO()
    bare.save(out, format, **how)
    return out.getvalue()


def thumb(data: bytes) -> Drawn:
    """A kept picture as small as it is shown in the talk. Raises OSError when it cannot be read."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        picture.draft("RGB", (THUMB[0] * 2, THUMB[1] * 2))
        return _as_webp(_shrunk(_on_screen(picture), (THUMB[0] * 2, THUMB[1] * 2)), quality=80)
