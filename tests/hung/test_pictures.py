"""Pictures are drawn anew: upright, in the colours of screens, and nothing of the sender's device comes along."""

import contextlib
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from community.hung import naming, pictures
from community.hung.enums import LONG_SIDE, FileKind
from community.hung.refusing import BadUpload
from community.hung.sniffing import sniff
from tests.hung import samples


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize(("format", "mode", "kept"), [
    ("JPEG", "RGB", "JPEG"), ("JPEG", "L", "JPEG"), ("JPEG", "CMYK", "JPEG"), ("PNG", "RGB", "WEBP"), ("PNG", "RGBA", "WEBP"), ("PNG", "P", "WEBP"),
    ("PNG", "I;16", "WEBP"), ("PNG", "1", "WEBP"), ("WEBP", "RGBA", "WEBP"), ("GIF", "P", "WEBP"), ("HEIF", "RGB", "JPEG"),
])  # fmt: skip
def test_every_kind_of_picture_comes_out_as_one_that_every_browser_shows(format: str, mode: str, kept: str) -> None:
    data = samples.picture(format, mode=mode, colour=0 if mode in ("L", "P", "1", "I;16") else (200, 40, 30, 255)[: len(mode) if mode != "I;16" else 1])  # fmt: skip
    assert sniff(data) is FileKind.PICTURE
    drawn = pictures.redraw(data)
    assert opened(drawn.data).format == kept
    assert (drawn.width, drawn.height) == (80, 60)


def test_a_photograph_stands_upright_and_says_nothing_of_where_when_and_with_what() -> None:
    drawn = pictures.redraw(samples.photograph())
    assert (drawn.width, drawn.height) == (60, 80)
    kept = opened(drawn.data)
    assert b"Secret" not in drawn.data and b"Exif" not in drawn.data and b"ICC" not in drawn.data
    assert not kept.getexif() and not set(kept.info) & {"icc_profile", "exif", "comment", "xmp"}
    red, blue = kept.getpixel((30, 60)), kept.getpixel((30, 5))
    assert red[0] > 150 and blue[2] > 150, "what was on the left is above now"  # type: ignore[index]
    small = pictures.thumb(drawn.data)
    assert not opened(small.data).getexif()


@pytest.mark.parametrize("format", ["PNG", "WEBP", "HEIF"])
def test_other_kinds_tell_nothing_either(format: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    drawn = pictures.redraw(samples.picture(format, exif=exif.tobytes()))
    assert b"Secret" not in drawn.data


def test_what_was_clear_stays_clear() -> None:
    drawn = pictures.redraw(samples.picture("PNG", mode="RGBA", colour=(10, 20, 30, 0)))
    assert opened(drawn.data).getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_of_what_moves_the_first_moment_is_kept() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    drawn = pictures.redraw(out.getvalue())
    assert getattr(opened(drawn.data), "n_frames", 1) == 1


def test_a_large_picture_is_made_smaller_and_a_small_one_stays() -> None:
    drawn = pictures.redraw(samples.picture(size=(5000, 1000)))
    assert (drawn.width, drawn.height) == (LONG_SIDE, 512)
    assert pictures.fit(10, 10, (480, 360)) == (10, 10)
    assert pictures.fit(10_000, 1, (480, 360)) == (480, 1)


@pytest.mark.parametrize("data", [samples.bomb(), samples.picture()[:200], b"\xff\xd8\xff\xe0 no picture", b"GIF89a" + b"\xff" * 40, samples.picture("PNG")[:60], b"\0\0\0\x1cftypheic" + b"\0" * 60])  # fmt: skip
def test_a_picture_that_is_none_or_bursts_when_opened_is_refused_with_a_sentence(data: bytes) -> None:
    assert sniff(data) is FileKind.PICTURE
    with pytest.raises(BadUpload) as refused:
        pictures.redraw(data)
    assert refused.value.sentence


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.integers(2, 400))
def test_broken_pictures_never_break_the_house(noise: bytes, format: str, at: int) -> None:
    data = samples.picture(format)
    with contextlib.suppress(BadUpload):
        pictures.redraw(data[:at] + noise + data[at + len(noise) :])


@pytest.mark.parametrize(("data", "kind"), [
    (samples.PDF, FileKind.PDF), (samples.TEXT, FileKind.TEXT), (b"\xef\xbb\xbfwords", FileKind.TEXT), (b"<html><script>alert(1)</script>", FileKind.TEXT),
    (b"", None), (b"MZ\x90\0", None), (b"PK\x03\x04\0", None), (zlib.compress(b"x"), None), ("雨".encode("gb18030"), None), (b"\0\0\0\x1cftypavif", None), (b"<svg xmlns='http://www.w3.org/2000/svg'>\0", None),
])  # fmt: skip
def test_a_file_is_what_its_bytes_say(data: bytes, kind: FileKind | None) -> None:
    assert sniff(data) is kind


@pytest.mark.parametrize(("name", "kind", "ending", "kept"), [
    ("IMG_0001.HEIC", FileKind.PICTURE, "jpg", "IMG_0001.jpg"), ("../../etc/passwd", FileKind.TEXT, "", "passwd.txt"), ("C:\\kiln\\notes.MD", FileKind.TEXT, "", "notes.md"),
    ("page.html", FileKind.TEXT, "", "page.html.txt"), ("雨过天青.png", FileKind.PICTURE, "webp", "雨过天青.webp"), ("", FileKind.PDF, "", "document.pdf"), ("...", FileKind.PICTURE, "jpg", "picture.jpg"),
    ("annual\u202efdp.exe", FileKind.PDF, "", "annual fdp.pdf"), ("a\r\nb;c.txt", FileKind.TEXT, "", "a b c.txt"), ("evil.pdf.exe", FileKind.PDF, "", "evil.pdf.pdf"), ("small.webp", FileKind.PICTURE, "webp", "small.webp"),
])  # fmt: skip
def test_names_are_safe_to_show_and_to_save_and_end_as_their_content_does(name: str, kind: FileKind, ending: str, kept: str) -> None:  # fmt: skip
    assert naming.clean(name, kind, ending) == kept


@given(st.text(max_size=300), st.sampled_from(list(FileKind)))
def test_no_name_is_too_long_or_leads_elsewhere(name: str, kind: FileKind) -> None:
    kept = naming.clean(name, kind, "jpg" if kind is FileKind.PICTURE else "")
    assert 3 < len(kept) <= 80 and "/" not in kept and "\\" not in kept and kept.isprintable()
    assert not kept.startswith(".")
