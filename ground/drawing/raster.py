"""Drawings as pixels, for feeds, share cards and everything that cannot show an SVG."""

import resvg_py


def png(svg: str, width: int) -> bytes:
    """The drawing as a PNG `width` pixels wide, in its own proportions."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))
