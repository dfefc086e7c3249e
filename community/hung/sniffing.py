"""What a file is, by its content. Pure: bytes in, an answer out."""

from community.hung.enums import FileKind

SIGNS = [
    (0, b"\xff\xd8\xff", FileKind.PICTURE),
    (0, b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
    (0, b"GIF87a", FileKind.PICTURE),
    (0, b"GIF89a", FileKind.PICTURE),
    (0, b"%PDF-", FileKind.PDF),
]
HEIC = frozenset({b"heic", b"heix", b"mif1", b"heim", b"heis"})
CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}
TEXT_ENDINGS = ("txt", "md", "csv", "tsv", "log", "srt", "vtt")


def sniff(data: bytes) -> FileKind | None:
    """The kind, or None for what is not taken."""
    for offset, sign, kind in SIGNS:
        if data[offset : offset + len(sign)] == sign:
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.PICTURE
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return FileKind.PICTURE
    return FileKind.TEXT if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    """Words in UTF-8, with no sign that stands for a machine."""
    if not data or CONTROL & set(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
