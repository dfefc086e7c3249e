"""The card that a link to a story shows elsewhere: its picture, its title on paper, the seal. 1200 by 630 pixels.

Letters need a typeface on the machine; where there is none for the title's script, the card has picture and seal alone.
"""

import base64
import io
from functools import cache
from xml.sax.saxutils import escape

import resvg_py
from PIL import Image

from ground.icons import SEAL_CUTS, SEAL_FIELD

WIDTH, HEIGHT, ART = 1200, 630, 640  # pixels; ART is how much of the width the picture takes
SERIF = "Noto Serif CJK SC, Noto Serif SC, Source Han Serif SC, Songti SC, Noto Serif, DejaVu Serif, serif"
SANS = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Noto Sans, DejaVu Sans, sans-serif"
MOST_LINES = 4
PAPER, INK, SOFT, SEAL = "#f6f2e9", "#221f1a", "#665e51", "#a8361f"


def card(picture: bytes, title: str, kicker: str, *, lines: list[str] | None = None) -> bytes:
    """The card as a PNG. `picture` is a PNG or JPEG of at least ART by HEIGHT pixels; `lines` are the title's own breaks."""
    written = _words(title, kicker, lines) if _can_write(title) else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
        f'<image width="{ART if written else WIDTH}" height="{HEIGHT}" preserveAspectRatio="xMidYMid slice" '
        f'xlink:href="data:image/png;base64,{base64.b64encode(_as_png(picture)).decode()}"/>{written}{_seal()}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg))


def _as_png(picture: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _words(title: str, kicker: str, lines: list[str] | None) -> str:
    size, rows = _set(title, lines)
    top = 250 - (len(rows) - 3) * size * 0.32
    texts = [
        f'<text x="{ART + 56}" y="{top + number * size * 1.36:.0f}" font-family="{SERIF}" font-weight="700" font-size="{size}" '
        f'fill="{INK}">{escape(row)}</text>'
        for number, row in enumerate(rows)
    ]
    above = f'<text x="{ART + 56}" y="96" font-family="{SANS}" font-size="26" fill="{SOFT}">{escape(kicker)}</text>'
    return above + "".join(texts)


def _set(title: str, lines: list[str] | None) -> tuple[int, list[str]]:
    """The largest size at which the title fits."""
    room = WIDTH - ART - 56 - 48
    for size in (60, 52, 46, 40, 34):
        rows = _broken(title, lines, room / size)
        if len(rows) <= MOST_LINES:
            return size, rows
    return 34, [*rows[: MOST_LINES - 1], f"{rows[MOST_LINES - 1]}…"]


def _broken(title: str, lines: list[str] | None, ems: float) -> list[str]:
    """The title in lines of at most `ems`, at its own breaks, else between words, else between characters."""
    latin = " " in title and _wide(title) < len(title) * 0.7
    parts = lines or (title.split(" ") if latin else list(title))
    glue = " " if latin and not lines else ""
    rows: list[str] = []
    for part in parts:
        longer = f"{rows[-1]}{glue}{part}" if rows else part
        if rows and _wide(longer) <= ems:
            rows[-1] = longer
        else:
            rows += _cut(part, ems)
    return rows


def _cut(part: str, ems: float) -> list[str]:
    """A phrase that is wider than a line, cut where it has to be."""
    rows = [""]
    for character in part:
        if _wide(rows[-1] + character) > ems and rows[-1]:
            rows.append("")
        rows[-1] += character
    return rows


def _wide(text: str) -> float:
    """Width in ems: Han characters are one, Latin letters about half of it."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.6 for c in text)


def _seal() -> str:
    cuts = "".join(f'<path d="{cut}"/>' for cut in SEAL_CUTS)
    return (
        f'<g transform="translate({WIDTH - 48 - 56} {HEIGHT - 48 - 88}) scale(2)"><path fill="{SEAL}" d="{SEAL_FIELD}"/>'
        f'<g fill="none" stroke="#fff8ef" stroke-width="1.75">{cuts}</g></g>'
    )


def _can_write(title: str) -> bool:
    return _has_face("han" if any(ord(c) > 0x2E7F for c in title) else "latin")


@cache
def _has_face(script: str) -> bool:
    """True when a letter of this script leaves a mark on this machine."""
    letter = "雅" if script == "han" else "Y"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="32" font-family="{SERIF}" font-size="30">{letter}</text></svg>'
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))) as drawn:
        return drawn.convert("RGBA").getchannel("A").getbbox() is not None
