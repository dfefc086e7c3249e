"""Names of files: what somebody's machine called them, made safe to show and to save. Pure."""

import re
import unicodedata
from pathlib import PurePosixPath

from community.hung.enums import MOST_NAME, FileKind
from community.hung.sniffing import TEXT_ENDINGS

_unsafe = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*%#;\u200e\u200f\u202a-\u202e\u2066-\u2069]')
FALLBACK = {FileKind.PICTURE: "picture", FileKind.PDF: "document", FileKind.TEXT: "text"}


def clean(name: str, kind: FileKind, ending: str = "") -> str:
    """A name with the ending that its content has: `evening.heic` of a picture kept as JPEG is `evening.jpg`.

    No path, no sign that a system or a terminal takes for something else, nothing that turns the direction of reading.
    """
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = " ".join("".join(c if c.isprintable() else " " for c in _unsafe.sub(" ", last)).split()).strip(". ")
    stem, dot, had = plain.rpartition(".")
    if not dot:
        stem, had = plain, ""
    ending = ending or _ending(kind, had)
    if kind is FileKind.TEXT and had and had.lower() != ending:
        stem = plain  # `page.html` is `page.html.txt`: what it was stays to be seen
    stem = stem.strip(". ")[: MOST_NAME - len(ending) - 1].strip() or FALLBACK[kind]
    return f"{stem}.{ending}"


def _ending(kind: FileKind, had: str) -> str:
    if kind is FileKind.PDF:
        return "pdf"
    return had.lower() if had.lower() in TEXT_ENDINGS else "txt"
