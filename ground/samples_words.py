"""What all samples share: copy in two languages, ids that are their own."""

from typing import Any

Context = dict[str, Any]
ART = "/static/yaji/art/"


class Words:
    """Picks the copy of a language, and keeps ids apart where a sample is shown twice on a page."""

    def __init__(self, language: str, suffix: str) -> None:
        self.language, self.suffix = language, suffix

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.language.startswith("zh") else en

    def once(self, zh: str, en: str) -> str:
        """Copy that names a landmark: told apart where it is shown twice on a page."""
        day, night = self("日", "day"), self("夜", "night")
        return f"{self(zh, en)} · {day if self.suffix == 'day' else night}"

    def id(self, name: str) -> str:
        """An id that is this showing's own."""
        return f"{name}-{self.suffix}"
