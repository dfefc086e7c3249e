"""A file is what its bytes say; what lies about itself, or asks for more than it holds, is refused with a sentence."""

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from PIL import Image

from editorial.demo.media import sounds
from editorial.files import glb, vtt
from editorial.files.enums import CAPS, Kind
from editorial.files.examining import BadFile, examine
from editorial.files.sniffing import sniff
from ground.drawing import around, solid
from tests.factories.files import GLB, VTT, WAV, WEBM, upload


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("readme.txt", "not a picture")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (WAV, Kind.AUDIO, "audio/wav"),
        (WEBM, Kind.VIDEO, "video/webm"),
        (b"\x1aE\xdf\xa3" + bytes(40) + b"A_OPUS" + bytes(40), Kind.AUDIO, "audio/webm"),
        (b"OggS" + bytes(24) + b"OpusHead", Kind.AUDIO, "audio/ogg"),
        (b"ID3\x04" + bytes(40), Kind.AUDIO, "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(40), Kind.AUDIO, "audio/mpeg"),
        (bytes(4) + b"ftypM4A " + bytes(40), Kind.AUDIO, "audio/mp4"),
        (bytes(4) + b"ftypisom" + bytes(40), Kind.VIDEO, "video/mp4"),
        (VTT.encode(), Kind.CAPTIONS, "text/vtt"),
        (GLB, Kind.MODEL, "model/gltf-binary"),
        (b"%PDF-1.7\n", Kind.PDF, "application/pdf"),
        (zipped(), Kind.OTHER, "application/zip"),
        (b"<!doctype html><script>alert(1)</script>", Kind.OTHER, "application/octet-stream"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", Kind.OTHER, "application/octet-stream"),
        (b"WEBVTTX\n", Kind.OTHER, "application/octet-stream"),
        (b"", Kind.OTHER, "application/octet-stream"),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(data: bytes, kind: str, mime: str) -> None:
    assert (sniff(data[:4096]).kind, sniff(data[:4096]).mime) == (kind, mime)


@pytest.mark.parametrize("name", ["bell.mp3", "bell.glb", "bell.jpg", "bell.pdf", "bell.vtt", "BELL.WEBM"])
def test_a_name_that_promises_something_else_is_refused_and_both_are_named(name: str) -> None:
    with pytest.raises(BadFile, match=rf"called \.{name.split('.')[1]}, but what is in it is a WAV sound"):
        examine(upload(WAV, name), name)


def test_a_zip_called_jpg_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadFile, match=r"a ZIP archive\. Nothing was kept"):
        examine(upload(zipped(), "bowl.jpg"), "bowl.jpg")


def test_a_file_of_a_kind_that_nobody_knows_is_kept_to_be_downloaded() -> None:
    assert examine(upload(b"\x00\x01\x02", "weights.dat"), "weights.dat").kind == Kind.OTHER


def test_what_is_too_large_for_its_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CAPS, Kind.CAPTIONS, 50)
    with pytest.raises(BadFile, match="50\xa0bytes is the most"):
        examine(upload(VTT.encode(), "a.vtt"), "a.vtt")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BadFile, match="empty"):
        examine(upload(b"", "a.dat"), "a.dat")


# --- captions --------------------------------------------------------------------------------------------------------


def test_captions_give_their_words() -> None:
    assert vtt.words(vtt.parse(VTT)) == "A bell is struck.\nIt fades & fades."
    assert examine(upload(VTT.encode(), "a.vtt"), "a.vtt").words.startswith("A bell")


def test_captions_of_our_own_are_captions() -> None:
    cues = vtt.parse(vtt.write(["One <b>", "Two"], 6))
    assert [(c.start, c.words) for c in cues] == [(0.0, "One <b>"), (3.0, "Two")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begin with the word WEBVTT"),
        ("WEBVTT\n\nNOTE only a note\n", "no caption"),
        ("WEBVTT\n\n00:03.000 --> 00:01.000\nBack\n", "ends before it begins"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nGood\n\none\ntwo\n", "no times"),
        ("WEBVTT\n\n1:1 --> 2:2\nBad\n", "no times"),
    ],
)
def test_captions_that_cannot_be_read_say_why(text: str, said: str) -> None:
    with pytest.raises(vtt.BadCaptions, match=said):
        vtt.parse(text)


def test_captions_in_another_encoding_are_refused() -> None:
    with pytest.raises(BadFile, match="UTF-8"):
        examine(upload("WEBVTT\n\n00:00.000 --> 00:01.000\n龙窑开了".encode("gb18030"), "a.vtt"), "a.vtt")


# --- objects ---------------------------------------------------------------------------------------------------------


def packed(scene: dict[str, Any] | bytes, binary: bytes = b"") -> bytes:
    told = scene if isinstance(scene, bytes) else json.dumps(scene).encode()
    told += b" " * (-len(told) % 4)
    body = struct.pack("<I4s", len(told), b"JSON") + told
    body += struct.pack("<I4s", len(binary), b"BIN\0") + binary if binary else b""
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def scene(**more: Any) -> dict[str, Any]:
    return {
        "asset": {"version": "2.0"},
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"byteLength": 36}],
        **more,
    }


@pytest.mark.parametrize("name", solid.SOLIDS)
def test_our_own_vessels_are_sound_and_small(name: str) -> None:
    made = solid.glb(name)
    glb.check(made)
    assert made == solid.glb(name)
    assert len(made) < 500_000


def test_a_small_model_is_accepted() -> None:
    glb.check(packed(scene(), bytes(36)))


OUTSIDE = "outside of itself"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"buffers": [{"byteLength": 36, "uri": "https://example.com/a.bin"}]}, OUTSIDE),
        ({"buffers": [{"byteLength": 36, "uri": "data:application/octet-stream;base64,AAAA"}]}, OUTSIDE),
        ({"buffers": [{"byteLength": 36}, {"byteLength": 4}]}, OUTSIDE),
        ({"images": [{"uri": "skin.png"}]}, OUTSIDE),
        ({"images": [{"URI": "//example.com/skin.png"}]}, OUTSIDE),
        ({"extensions": {"EXT_lights_image_based": {"source": {"uri": "light.ktx"}}}}, OUTSIDE),
        ({"materials": [{"extensions": {"X": {"deep": [{"src": "https://example.com/x"}]}}}]}, OUTSIDE),
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "extensions that our viewer does not have"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 37}]}, "do not fit"),
        ({"bufferViews": [{"buffer": 0, "byteOffset": -1, "byteLength": 36}]}, "do not fit"),
        ({"accessors": [{"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"}]}, "do not fit"),
        ({"accessors": [{"bufferView": 7, "componentType": 5126, "count": 3, "type": "VEC3"}]}, "do not fit"),
        ({"accessors": [{"bufferView": 0, "componentType": 1, "count": 3, "type": "VEC3"}]}, "do not fit"),
        ({"accessors": "many"}, "do not fit"),
        ({"meshes": []}, "nothing to see"),
        ({"nodes": [{}] * 2001}, "too many parts"),
    ],
)
def test_a_model_that_is_not_whole_or_asks_elsewhere_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(glb.BadModel, match=said):
        glb.check(packed(scene(**more), bytes(36)))


@pytest.mark.parametrize(
    "data",
    [
        b"glTF",
        GLB[:-4],
        packed(b"[]"),
        packed(b"{"),
        packed(b"[" * 100_000),
        struct.pack("<4sII", b"glTF", 1, 12 + 8) + bytes(8),
        struct.pack("<4sII", b"glTF", 2, 20) + struct.pack("<I4s", 4_000_000_000, b"JSON"),
    ],
)
def test_a_broken_model_is_refused_and_never_more(data: bytes) -> None:
    with pytest.raises(glb.BadModel):
        glb.check(data)


# --- what the demo makes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sounds.SOUNDS)
def test_the_demos_sounds_are_sounds_small_and_the_same_each_time(name: str) -> None:
    made = sounds.wav(name)
    assert sniff(made).kind == Kind.AUDIO
    assert 100_000 < len(made) < 400_000
    assert made == sounds.wav(name)


def test_the_demos_film_is_a_film_and_small() -> None:
    from editorial.demo.media.store import FILMS

    film = (FILMS / "wheel.webm").read_bytes()
    assert sniff(film[:4096]).kind == Kind.VIDEO
    assert len(film) < 300_000


def test_the_place_all_around_is_twice_as_wide_as_high_and_meets_itself() -> None:
    with Image.open(io.BytesIO(around.webp("kiln-yard"))) as picture:
        wide, high = picture.size
        assert wide == 2 * high
        column = lambda x: [picture.getpixel((x, y)) for y in range(0, high, 9)]  # noqa: E731
        apart = [max(abs(a - b) for a, b in zip(left, right, strict=True)) for left, right in zip(column(0), column(wide - 1), strict=True)]  # fmt: skip
    assert sum(apart) / len(apart) < 6
