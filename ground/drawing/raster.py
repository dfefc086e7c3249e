"""Drawings as pixels, for feeds, share cards and everything that cannot show an SVG."""

import io

import resvg_py
from PIL import Image


def png(svg: str, width: int) -> bytes:
    """The drawing as a PNG `width` pixels wide, in its own proportions."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))


def jpeg(svg: str, width: int, quality: int) -> bytes:
    """The drawing as a JPEG `width` pixels wide; `quality` 1 to 95."""
    return _saved(svg, width, "JPEG", quality)


def webp(svg: str, width: int, quality: int) -> bytes:
    """The drawing as a WebP `width` pixels wide; `quality` 1 to 100."""
    return _saved(svg, width, "WEBP", quality)


def _saved(svg: str, width: int, kind: str, quality: int) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(png(svg, width))) as drawn:
        drawn.convert("RGB").save(out, kind, quality=quality)
    return out.getvalue()
