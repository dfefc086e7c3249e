"""`manage.py catalogues`: collect the words for people from templates and code, and compile what is translated.

No gettext tools are needed: Django's own template lexer and Python's syntax tree find the messages, polib writes them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.base import Lexer, TokenType
from django.utils.translation import trim_whitespace

FLOORS = ("accounts", "community", "config", "editorial", "ground", "membership", "subscriptions")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
QUOTED = r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'"
TRANSLATE = re.compile(rf"^(?:translate|trans)\s+(?:{QUOTED})")
FILTER = re.compile(rf"_\((?:{QUOTED})\)")
BLOCK = re.compile(r"^blocktrans(?:late)?\b")
PLURAL = re.compile(r"^plural$")


def messages(root: Path) -> set[str]:
    """Every message id of ours (plurals by their singular)."""
    return set(found(root))


def found(root: Path) -> dict[str, str]:
    """Message ids with their plural form (empty where there is none)."""
    all_: dict[str, str] = {}
    for floor in FLOORS:
        for file in sorted((root / floor).rglob("*.py")):
            all_ |= dict(in_python(file.read_text(encoding="utf-8")))
    for file in sorted((root / "templates").rglob("*")):
        if file.suffix in (".html", ".txt"):
            all_ |= dict(in_template(file.read_text(encoding="utf-8")))
    return all_


def in_python(text: str) -> Iterator[tuple[str, str]]:
    """Messages of one module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id.startswith("pgettext"):
                words = words[1:]
            if words:
                yield words[0], words[1] if node.func.id.startswith("ngettext") and len(words) > 1 else ""


def in_template(text: str) -> Iterator[tuple[str, str]]:
    """Messages of one template: translate tags, `_("…")` in any tag, and blocktranslate."""
    singular: list[str] | None = None
    plural: list[str] | None = None
    trimmed = False
    for token in Lexer(text).tokenize():
        if singular is not None:
            if token.token_type == TokenType.BLOCK and token.contents.startswith("endblocktrans"):
                yield _joined(singular, trimmed), _joined(plural, trimmed) if plural is not None else ""
                singular = plural = None
            elif token.token_type == TokenType.BLOCK and PLURAL.match(token.contents):
                plural = []
            else:
                (plural if plural is not None else singular).append(_piece(token))
        elif token.token_type == TokenType.BLOCK and BLOCK.match(token.contents):
            singular, trimmed = [], " trimmed" in token.contents
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            if match := TRANSLATE.match(token.contents):
                yield _unquoted(match), ""
            for inner in FILTER.finditer(token.contents):
                yield _unquoted(inner), ""


def _piece(token: Any) -> str:
    if token.token_type == TokenType.VAR:
        return f"%({token.contents})s"
    return token.contents.replace("%", "%%") if token.token_type == TokenType.TEXT else ""


def _joined(pieces: list[str], trimmed: bool) -> str:
    text = "".join(pieces)
    return trim_whitespace(text) if trimmed else text


def _unquoted(match: re.Match[str]) -> str:
    raw = match.group(1) if match.group(1) is not None else match.group(2)
    return raw.replace('\\"', '"').replace("\\'", "'")


class Command(BaseCommand):
    """Adds new messages, drops unused ones, compiles; says how many still lack their Chinese."""

    help = "Collect messages and compile the catalogues."

    def handle(self, *args: Any, **options: Any) -> None:
        """Update locale/*/LC_MESSAGES/django.{po,mo}."""
        root = Path(settings.BASE_DIR)
        wanted = found(root)
        for folder in ("zh_Hans", "en"):
            path = root / "locale" / folder / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue = update(path, wanted, folder)
            catalogue.save(str(path))
            catalogue.save_as_mofile(str(path.with_suffix(".mo")))
            lacking = [e.msgid for e in catalogue if not e.translated()] if folder == "zh_Hans" else []
            self.stdout.write(f"{folder}: {len(catalogue)} messages, {len(lacking)} without translation")


def update(path: Path, wanted: dict[str, str], language: str) -> polib.POFile:
    """The catalogue with exactly the wanted messages plus those kept for libraries (comment `library`)."""
    old = polib.pofile(str(path)) if path.exists() else polib.POFile(wrapwidth=110)
    kept = {e.msgid: e for e in old}
    new = polib.POFile(wrapwidth=110)
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;" if language == "zh_Hans" else "nplurals=2; plural=(n != 1);",
    }
    for msgid in sorted(wanted):
        new.append(_entry(msgid, wanted[msgid], kept.get(msgid), language))
    for entry in old:
        if entry.comment == "library" and entry.msgid not in wanted:
            new.append(entry)
    return new


def _entry(msgid: str, plural: str, old: polib.POEntry | None, language: str) -> polib.POEntry:
    if plural:
        forms = {0: msgid, 1: plural} if language == "en" else {0: old.msgstr_plural.get(0, "") if old else ""}
        return polib.POEntry(msgid=msgid, msgid_plural=plural, msgstr_plural=forms, flags=_flags(msgid))
    return polib.POEntry(msgid=msgid, msgstr=old.msgstr if old and language != "en" else "", flags=_flags(msgid))


def _flags(msgid: str) -> list[str]:
    return ["python-format"] if re.search(r"%\(\w+\)s", msgid) else []
