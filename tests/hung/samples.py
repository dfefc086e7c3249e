"""Files for tests, made here."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TEXT = "开窑夜\nNotes on the kiln.\n".encode()


def picture(format: str = "JPEG", size: tuple[int, int] = (80, 60), colour: Any = (200, 40, 30), mode: str = "RGB", **how: Any) -> bytes:  # fmt: skip
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, format, **how)
    return out.getvalue()


def photograph() -> bytes:
    """Lying on its side, with a place, a device, a comment and a profile of another screen."""
    drawn = Image.new("RGB", (80, 60), (200, 40, 30))
    drawn.paste((20, 30, 200), (0, 0, 20, 60))
    exif = drawn.getexif()
    exif[0x0112] = 6  # turn by a quarter
    exif[0x010F], exif[0x0110] = "SecretMaker", "SecretModel"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 3.0)
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    drawn.save(out, "JPEG", exif=exif, icc_profile=profile, comment=b"SecretComment", quality=95)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 20000 by 20000 points."""
    head = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = zlib.compress(b"\0" * 60001 * 10)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
