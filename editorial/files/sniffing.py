"""What the first bytes of a file say it is. Pure: bytes in, an answer out."""

import re
from dataclasses import dataclass

from editorial.files.enums import Kind

HEAD = 4096  # bytes that are looked at


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`kind` and media type; `name` is what it is called in a sentence (English, a message id)."""

    kind: str
    mime: str
    name: str


UNKNOWN = Sniffed(Kind.OTHER, "application/octet-stream", "something that we do not know")
MARKUP = Sniffed(Kind.OTHER, "application/octet-stream", "a web page")
AUDIO_MP4 = Sniffed(Kind.AUDIO, "audio/mp4", "an MP4 sound")
VIDEO_MP4 = Sniffed(Kind.VIDEO, "video/mp4", "an MP4 film")
# Offset, bytes that stand there, what they mean.
SIGNS: list[tuple[int, bytes, Sniffed]] = [
    (0, b"glTF", Sniffed(Kind.MODEL, "model/gltf-binary", "a GLB model")),
    (0, b"%PDF-", Sniffed(Kind.PDF, "application/pdf", "a PDF")),
    (8, b"WAVE", Sniffed(Kind.AUDIO, "audio/wav", "a WAV sound")),
    (0, b"fLaC", Sniffed(Kind.AUDIO, "audio/flac", "a FLAC sound")),
    (0, b"ID3", Sniffed(Kind.AUDIO, "audio/mpeg", "an MP3 sound")),
    (0, b"PK\x03\x04", Sniffed(Kind.OTHER, "application/zip", "a ZIP archive")),
    (0, b"PK\x05\x06", Sniffed(Kind.OTHER, "application/zip", "a ZIP archive")),
    (0, b"\xff\xd8\xff", Sniffed(Kind.OTHER, "image/jpeg", "a JPEG picture")),
    (0, b"\x89PNG\r\n\x1a\n", Sniffed(Kind.OTHER, "image/png", "a PNG picture")),
    (0, b"GIF8", Sniffed(Kind.OTHER, "image/gif", "a GIF picture")),
    (8, b"WEBP", Sniffed(Kind.OTHER, "image/webp", "a WebP picture")),
    (0, b"MZ", Sniffed(Kind.OTHER, "application/octet-stream", "a Windows program")),
    (0, b"\x7fELF", Sniffed(Kind.OTHER, "application/octet-stream", "a program")),
    (0, b"\x1f\x8b", Sniffed(Kind.OTHER, "application/gzip", "a GZIP archive")),
]
_markup = re.compile(rb"<(?:!doctype|html|head|body|script|svg|\?xml)\b", re.IGNORECASE)
_audio_codecs, _video_codecs = (b"A_OPUS", b"A_VORBIS", b"A_FLAC"), (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")


def sniff(head: bytes) -> Sniffed:
    """The answer for the first `HEAD` bytes of a file."""
    for offset, sign, found in SIGNS:
        if head[offset : offset + len(sign)] == sign and (offset != 8 or head[:4] == b"RIFF"):
            return found
    return _boxed(head) or _streamed(head) or _text(head)


def _boxed(head: bytes) -> Sniffed | None:
    """MP4 and its relatives: the brand after `ftyp`."""
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in (b"M4A ", b"M4B "):
        return AUDIO_MP4
    if brand in (b"avif", b"avis", b"heic", b"mif1"):
        return Sniffed(Kind.OTHER, "image/avif", "an AVIF picture")
    return VIDEO_MP4


def _streamed(head: bytes) -> Sniffed | None:
    """WebM, Ogg, and MP3 without a tag."""
    if head[:4] == b"\x1aE\xdf\xa3":
        sound = any(c in head for c in _audio_codecs) and not any(c in head for c in _video_codecs)
        return Sniffed(Kind.AUDIO, "audio/webm", "a WebM sound") if sound else Sniffed(Kind.VIDEO, "video/webm", "a WebM film")  # fmt: skip
    if head[:4] == b"OggS":
        film = b"\x80theora" in head
        return Sniffed(Kind.VIDEO, "video/ogg", "an Ogg film") if film else Sniffed(Kind.AUDIO, "audio/ogg", "an Ogg sound")  # fmt: skip
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6) and head[2] & 0xF0 not in (0, 0xF0):
        return Sniffed(Kind.AUDIO, "audio/mpeg", "an MP3 sound")
    return None


def _text(head: bytes) -> Sniffed:
    words = head.removeprefix(b"\xef\xbb\xbf")
    if words[:6] == b"WEBVTT" and words[6:7] in (b"", b"\n", b"\r", b" ", b"\t"):
        return Sniffed(Kind.CAPTIONS, "text/vtt", "WebVTT captions")
    return MARKUP if _markup.search(words[:1024]) else UNKNOWN


# What a name promises: an ending, and the media types that keep the promise.
ENDINGS: dict[str, tuple[str, ...]] = {
    "wav": ("audio/wav",), "flac": ("audio/flac",), "mp3": ("audio/mpeg",), "m4a": ("audio/mp4", "video/mp4"),
    "ogg": ("audio/ogg", "video/ogg"), "oga": ("audio/ogg",), "opus": ("audio/ogg",), "ogv": ("video/ogg",),
    "webm": ("video/webm", "audio/webm"), "weba": ("audio/webm",), "mp4": ("video/mp4", "audio/mp4"), "m4v": ("video/mp4",),
    "vtt": ("text/vtt",), "glb": ("model/gltf-binary",), "pdf": ("application/pdf",), "zip": ("application/zip",),
    "jpg": ("image/jpeg",), "jpeg": ("image/jpeg",), "png": ("image/png",), "gif": ("image/gif",), "webp": ("image/webp",),
    "avif": ("image/avif",),
}  # fmt: skip


def keeps_promise(ending: str, found: Sniffed) -> bool:
    """False when the ending of the name says something else than the content."""
    return found.mime in ENDINGS.get(ending.lower(), (found.mime,))
