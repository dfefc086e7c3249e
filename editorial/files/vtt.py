"""Reads WebVTT captions: cues with their times, and the words alone. Pure."""

import html
import re
from dataclasses import dataclass

MOST_CUES = 5000
_stamp = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_times = re.compile(rf"^{_stamp}[ \t]+-->[ \t]+{_stamp}(?:[ \t].*)?$")
_tag = re.compile(r"<[^>]*>")


class BadCaptions(ValueError):
    """Why captions cannot be shown: a sentence for people (English, a message id), and in which line."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True, slots=True)
class Cue:
    """From when to when (seconds), and the words without marks."""

    start: float
    end: float
    words: str


def parse(text: str) -> list[Cue]:
    """All cues. Raises `BadCaptions`."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.match(r"^WEBVTT(?:[ \t].*)?$", lines[0]):
        raise BadCaptions("Captions begin with the word WEBVTT.", 1)
    cues: list[Cue] = []
    for first, block in _blocks(lines[1:]):
        if re.match(r"^(?:NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]) or (not cues and "-->" not in "".join(block)):
            continue
        cues.append(_cue(first, block))
        if len(cues) > MOST_CUES:
            raise BadCaptions("There are too many captions in one file.", first)
    if not cues:
        raise BadCaptions("There is no caption in the file.", 1)
    return cues


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Runs of lines that are not empty, with the number of their first line."""
    found: list[tuple[int, list[str]]] = []
    open_block = False
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            open_block = False
        elif open_block:
            found[-1][1].append(line)
        else:
            found.append((number, [line]))
            open_block = True
    return found


def _cue(first: int, block: list[str]) -> Cue:
    at = 0 if "-->" in block[0] else 1
    times = _times.match(block[at].strip()) if at < len(block) else None
    if times is None:
        raise BadCaptions("A caption has no times such as 00:01.000 --> 00:04.000.", first)
    groups = times.groups()
    start, end = _seconds(groups[:4]), _seconds(groups[4:])
    if end <= start:
        raise BadCaptions("A caption ends before it begins.", first)
    words = " ".join(html.unescape(_tag.sub("", line)).strip() for line in block[at + 1 :])
    return Cue(start, end, words.strip())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def words(cues: list[Cue]) -> str:
    """The words alone, a line for each cue."""
    return "\n".join(cue.words for cue in cues if cue.words)


def write(lines: list[str], seconds: float) -> str:
    """Captions of our own: the lines spread evenly over so many seconds."""
    step = seconds / max(1, len(lines))
    cues = [f"{_clock(k * step)} --> {_clock((k + 1) * step - 0.05)}\n{html.escape(line, quote=False)}" for k, line in enumerate(lines)]  # fmt: skip
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _clock(at: float) -> str:
    return f"{int(at // 60):02}:{int(at % 60):02}.{int(at * 1000 % 1000):03}"
