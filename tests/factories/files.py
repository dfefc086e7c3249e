"""Files for tests: real ones, made here."""

import itertools
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from editorial.demo.media import sounds
from editorial.files.models import HouseFile
from ground.drawing import solid

_numbers = itertools.count(1)
VTT = (
    "WEBVTT\n\n00:00.000 --> 00:02.000\nA bell is <i>struck</i>.\n\n2\n00:02.000 --> 00:04.500\nIt fades &amp; fades.\n"
)
WAV = sounds.wav("wood-knife")
GLB = solid.glb("tea-bowl")
WEBM = b"\x1aE\xdf\xa3" + b"\x42\x86\x81\x01webm" + b"V_VP8" + bytes(400)


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    """As a browser sends it: the name is only a name."""
    return SimpleUploadedFile(name, data)


def file(data: bytes = WAV, name: str = "bell.wav", **fields: Any) -> HouseFile:
    """A kept file."""
    number = next(_numbers)
    defaults = {"title": f"File {number}"}
    return HouseFile.objects.create(file=ContentFile(data, name=f"{number}-{name}"), **{**defaults, **fields})


def sound(**fields: Any) -> HouseFile:
    """A recording."""
    return file(WAV, "knife.wav", **fields)


def captions(**fields: Any) -> HouseFile:
    """Captions."""
    return file(VTT.encode(), "knife.vtt", **fields)


def film(**fields: Any) -> HouseFile:
    """A film."""
    return file(WEBM, "wheel.webm", **fields)


def model(**fields: Any) -> HouseFile:
    """An object."""
    return file(GLB, "bowl.glb", **fields)
