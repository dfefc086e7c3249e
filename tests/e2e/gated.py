"""The sentences that only some may read, as the demo's authors listed them."""

import re
from dataclasses import dataclass

from deploy.local.environment import ROOT

TEXTS = ROOT / "editorial" / "demo" / "texts"
KEY = re.compile(r"^(?:audience: |\[members\] )(stories:\w+|account)", re.M)
OPENS = {
    "account": {"reader", "friend", "member", "patron"},
    "stories:friend": {"friend", "member", "patron"},
    "stories:all": {"member", "patron"},
}


@dataclass(frozen=True)
class Gated:
    """One sentence: where it stands, in which language, and who may read it."""

    slug: str
    language: str
    sentence: str
    key: str

    @property
    def path(self) -> str:
        """The story's address."""
        return f"/{self.language}/stories/{self.slug}/"

    def open_to(self, who: str) -> bool:
        """Whether that one of the demo's people has the key."""
        return who in OPENS[self.key]


def gated() -> list[Gated]:
    """All of them, without markup."""
    found = []
    for line in (TEXTS / "gated.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        slug, language, _, sentence = (part.strip() for part in line.split("|"))
        text = (TEXTS / f"{slug}.{language}.txt").read_text(encoding="utf-8")
        keys = KEY.findall(text)
        assert keys, f"{slug} has a gated sentence and no key"
        found.append(Gated(slug, {"zh": "zh-hans"}.get(language, language), plain(sentence), keys[0]))
    return found


def plain(text: str) -> str:
    """Without markup, quotation marks made one kind, spaces single: what two renderings of a sentence share."""
    text = re.sub(r"\*+|\^\d+", "", text)
    text = re.sub(r"[“”\"«»]|&quot;|&ldquo;|&rdquo;", '"', text)
    text = re.sub(r"[‘’']|&#x27;|&#39;|&rsquo;", "'", text)
    return re.sub(r"\s+", " ", text).strip()
