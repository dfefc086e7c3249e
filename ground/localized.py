"""Names in two languages side by side (`name_zh`, `name_en`), read as one."""

from typing import Any

from django.utils.translation import get_language

SUFFIXES = {"zh-hans": "zh", "zh": "zh", "en": "en"}


def pick(thing: Any, field: str, language: str | None = None) -> str:
    """`thing.<field>_<language>`, falling back to the other language when it is empty."""
    first = SUFFIXES.get(language or get_language() or "en", "en")
    second = "en" if first == "zh" else "zh"
    return getattr(thing, f"{field}_{first}") or getattr(thing, f"{field}_{second}")


class Localized:
    """Descriptor: `name = Localized("name")` reads `name_zh` or `name_en` by the active language."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        return self if thing is None else pick(thing, self.field)
