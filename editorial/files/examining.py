"""What is asked of every file before it is kept: that its content is what its name says, small enough, and sound."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.files import glb, sniffing, vtt
from editorial.files.enums import CAPS, Kind

# The sentences of the pure modules, so that the catalogues know them.
SENTENCES = [
    gettext_lazy("This is no GLB file."),
    gettext_lazy("The model is cut short, or of another version than glTF 2.0."),
    gettext_lazy("The model’s description is missing or too long."),
    gettext_lazy("The model’s description cannot be read."),
    gettext_lazy("The model names files outside of itself. Export it as one self-contained GLB."),
    gettext_lazy("The model needs extensions that our viewer does not have. Export it without compression."),
    gettext_lazy("The model’s parts do not fit together."),
    gettext_lazy("The model has too many parts."),
    gettext_lazy("The model has too many points. Make it simpler and try again."),
    gettext_lazy("There is nothing to see in the model."),
    gettext_lazy("Captions begin with the word WEBVTT."),
    gettext_lazy("There are too many captions in one file."),
    gettext_lazy("There is no caption in the file."),
    gettext_lazy("A caption has no times such as 00:01.000 --> 00:04.000."),
    gettext_lazy("A caption ends before it begins."),
    gettext_lazy("something that we do not know"),
    gettext_lazy("a web page"),
    gettext_lazy("an MP4 sound"),
    gettext_lazy("an MP4 film"),
    gettext_lazy("a GLB model"),
    gettext_lazy("a PDF"),
    gettext_lazy("a WAV sound"),
    gettext_lazy("a FLAC sound"),
    gettext_lazy("an MP3 sound"),
    gettext_lazy("a ZIP archive"),
    gettext_lazy("a JPEG picture"),
    gettext_lazy("a PNG picture"),
    gettext_lazy("a GIF picture"),
    gettext_lazy("a WebP picture"),
    gettext_lazy("an AVIF picture"),
    gettext_lazy("a Windows program"),
    gettext_lazy("a program"),
    gettext_lazy("a GZIP archive"),
    gettext_lazy("a WebM sound"),
    gettext_lazy("a WebM film"),
    gettext_lazy("an Ogg sound"),
    gettext_lazy("an Ogg film"),
    gettext_lazy("WebVTT captions"),
]


class BadFile(ValueError):
    """Why a file is not kept: a sentence for the editor, in their language."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the file is, and the words in it that search may find."""

    kind: str
    mime: str
    words: str = ""


def examine(file: Any, name: str) -> Found:
    """Look at an open file from its beginning; it is left there. Raises `BadFile`."""
    file.seek(0)
    found = sniffing.sniff(file.read(sniffing.HEAD))
    file.seek(0)
    ending = PurePosixPath(name).suffix.removeprefix(".")
    if not sniffing.keeps_promise(ending, found):
        raise BadFile(
            _("This file is called .%(ending)s, but what is in it is %(found)s. Nothing was kept; choose the right file.")
            % {"ending": ending, "found": _(found.name)}
        )  # fmt: skip
    if not file.size:
        raise BadFile(_("The file is empty."))
    if file.size > CAPS[found.kind]:
        raise BadFile(_("The file has %(size)s; for its kind %(most)s is the most.") % _sizes(file.size, found.kind))
    words = _inside(file, found.kind)
    file.seek(0)
    return Found(found.kind, found.mime, words)


def _sizes(size: int, kind: str) -> dict[str, str]:
    return {"size": filesizeformat(size), "most": filesizeformat(CAPS[kind])}


def _inside(file: Any, kind: str) -> str:
    try:
        if kind == Kind.MODEL:
            glb.check(file.read())
        if kind == Kind.CAPTIONS:
            return vtt.words(vtt.parse(file.read().decode("utf-8")))
    except glb.BadModel as trouble:
        raise BadFile(_(str(trouble))) from trouble
    except vtt.BadCaptions as trouble:
        where = _("Line %(line)s:") % {"line": trouble.line}
        raise BadFile(f"{where} {_(str(trouble))}") from trouble
    except UnicodeDecodeError as trouble:
        raise BadFile(_("Captions are text in UTF-8; this file is not.")) from trouble
    return ""
