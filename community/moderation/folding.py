"""Texts as a reader sees them, whatever signs they are written with. Pure.

Unicode: NFKC, case folded, marks and invisible signs dropped, signs of other scripts that look like Latin ones read as
those (a short table of our own after the idea of UTS #39's skeletons), digits and signs that stand for letters too.
"""

import re
import unicodedata
from functools import lru_cache

LOOKALIKES = str.maketrans(
    "абвгдеёзийкмнопрстухцьѕіїјһԁԛԝѵγαβεηικνορτυχωσıɑɡɩʟɴʀʏøđħłŧɔǝɐ",
    "abbrdee3uukmhonpctyxubsiijhdqwvyabenikvoptuxwoiagilnryodhltoea",
)
SPOKEN = str.maketrans("013457@$!|+€£", "oieastasiltel")
SEPARATORS = re.compile(r"[^\w@$!|+€£]+|_")
ENDING = re.compile(r"[!|+$@]+(?!\w)")  # an exclamation mark at the end is one
CONTRACTED = re.compile(r"\w['’]\w")
HAN = re.compile(r"[\u3400-\u9fff]")


def fold(text: str) -> str:
    """The text without what hides words: for comparing, never for showing."""
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in wide if unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc") or c in "\n\t ")
    return bare.translate(LOOKALIKES)


def letters(word: str) -> str:
    """Only letters and digits, with signs that stand for letters read as those."""
    return "".join(c for c in word.translate(SPOKEN) if c.isalnum())


@lru_cache(maxsize=2048)
def matcher(pattern: str) -> "Matcher":
    """What finds one watched word or phrase; a `*` at its end also finds longer words."""
    return Matcher(pattern)


def _drawn_out(word: str) -> str:
    """A pattern for the word with any letter said longer, never shorter: `ass` is not `as`."""
    return "".join(f"{re.escape(run[0][0])}{{{len(run[0])},}}" for run in re.finditer(r"(.)\1*", word))


class Matcher:
    """One watched word. Chinese is found wherever it stands, Latin as whole words only."""

    def __init__(self, pattern: str) -> None:
        bare = pattern.strip()
        folded = fold(bare.rstrip("*"))
        words = [letters(word) for word in folded.split() if letters(word)]
        end = r"\w*" if bare.endswith("*") else ""
        self.joined = re.compile("".join(map(_drawn_out, words)) + end)
        self.han = re.compile("".join(map(_drawn_out, words))) if words and HAN.search(folded) else None
        self.words = [re.compile(_drawn_out(w) + (end if n == len(words) else "")) for n, w in enumerate(words, 1)]

    def found_in(self, text: "Folded") -> bool:
        """Whether the text has it, plainly or hidden."""
        if self.han is not None:
            return bool(self.han.search(text.tight))
        if not self.words:
            return False
        return any(self._fits(reading) for reading in text.readings) or any(
            self.joined.fullmatch(word) for word in text.spelled
        )

    def _fits(self, reading: list[str]) -> bool:
        size = len(self.words)
        for start in range(len(reading) - size + 1):
            part = reading[start : start + size]
            if all(wanted.fullmatch(word) for wanted, word in zip(self.words, part, strict=True)):
                return True
        return False


class Folded:
    """A text made ready once for many matchers: as words, as words joined over signs, and as single letters joined."""

    def __init__(self, text: str) -> None:
        folded = ENDING.sub(" ", fold(text))
        chunks = folded.split()
        plain = [letters(word) for word in SEPARATORS.split(folded) if letters(word)]
        joined = [letters(chunk) for chunk in chunks if letters(chunk) and not CONTRACTED.search(chunk)]
        self.spelled = _spelled(plain)
        self.readings = [plain, joined, self.spelled]
        self.tight = "".join(letters(chunk) for chunk in chunks)


def _spelled(words: list[str]) -> list[str]:
    """Single letters in a row are one word: `c a s i n o`."""
    found: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and not HAN.match(word):
            run += word
            continue
        found += [run] if run else []
        found += [word] if word else []
        run = ""
    return found
