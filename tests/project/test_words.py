"""No word for people is left out of the catalogues: templates and Python say nothing in one language alone."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "community", "config", "editorial", "ground", "membership", "subscriptions")
# What is the same in both languages, or is for machines and engineers.
SAME = {
    "雅",
    "Yaji",
    "雅集",
    "Yaji 雅集",
    "中文",
    "English",
    "EN",
    "Atom",
    "RSS",
    "CSV",
    "HTML",
    "PDF",
    "JSON",
    "OK",
    "Stripe",
}
NOT_FOR_PEOPLE = re.compile(r"^(?:500\.html|search/.*\.xml|.*/admin/.*\.txt)$")
SPOKEN = {"alt", "aria-label", "title", "placeholder", "aria-description", "label", "data-copied"}
SILENT = {"script", "style", "code", "pre", "svg"}
_tags = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
_comment = re.compile(r"{%\s*comment.*?endcomment\s*%}", re.S)
_said = re.compile(r"{%\s*blocktranslate\b.*?endblocktranslate\s*%}", re.S)
GAP = " \ue000 "  # where a tag of Django’s stood
_classes = re.compile(r"{%\s*block (?:body_class|main_class|story_class)\s*%}.*?{%\s*endblock\s*%}", re.S)
_address = re.compile(r"^(?:\S*[/@]\S*|\?[a-z]+=)$")  # or what an address ends in: ?at=
_word = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")


class Words(HTMLParser):
    """Text and spoken attributes of a template whose tags of Django's have been taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found, self.silent = list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SPOKEN and value and not self.silent]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def bare_words(source: str) -> list[str]:
    """What a template says without asking a catalogue."""
    without = _tags.sub(GAP, _said.sub(GAP, _classes.sub("", _comment.sub("", source))))
    reader = Words()
    reader.feed(without)
    pieces = [piece.strip() for text in reader.found for piece in text.split(GAP.strip())]
    return [
        piece
        for piece in pieces
        if _word.search(re.sub(r"&\w+;", "", piece)) and piece not in SAME and not _address.match(piece)
    ]


TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in (".html", ".txt"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_says_nothing_in_one_language_alone(path: Path) -> None:
    if NOT_FOR_PEOPLE.match(str(path.relative_to(ROOT / "templates"))):
        return
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_the_reader_of_templates_finds_what_it_should() -> None:
    assert bare_words('<p>{% translate "Hello" %} {{ name }}</p>') == []
    assert bare_words("<p>Hello {{ name }}</p>") == ["Hello"]
    assert bare_words('<img alt="A bowl">') == ["A bowl"]
    assert bare_words('<a aria-label="{% translate "Share" %}">→</a>') == []
    assert bare_words("<p>读</p>") == ["读"]


# --- Python ---------------------------------------------------------------------------------------------------------

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
KEYWORDS = {"verbose_name", "verbose_name_plural", "help_text", "label", "heading", "empty_label"}
CALLS = {"ValidationError", "PermissionDenied"}
MESSAGES = {"success", "info", "warning", "error"}
FIELDS = re.compile(r"(?:Field|Key|Block)$")
# Labels of registries and of the engineers' command line.
BESIDE = re.compile(r"/(?:migrations|management|tests)/")


def lone_strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings for people that no catalogue is asked for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            yield from (_lone(v) for v in _assigned(node, KEYWORDS) if _is_words(v))
        if isinstance(node, ast.ClassDef) and any(_name(base).endswith("Choices") for base in node.bases):
            yield from (
                _lone(v.elts[1])
                for v in _assigned(node, None)
                if isinstance(v, ast.Tuple) and len(v.elts) > 1 and _is_words(v.elts[-1])
            )
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = _name(node.func)
    owner = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if name in GETTEXT:
        return
    yield from (_lone(k.value) for k in node.keywords if k.arg in KEYWORDS and _is_words(k.value))
    first = node.args[0] if node.args else None
    if name in CALLS and first is not None and _is_words(first):
        yield _lone(first)
    if owner == "messages" and name in MESSAGES and len(node.args) > 1 and _is_words(node.args[1]):
        yield _lone(node.args[1])
    if (
        FIELDS.search(name)
        and first is not None
        and name not in ("ForeignKey", "ParentalKey", "OneToOneField", "CompositePrimaryKey")
        and _is_words(first)
        and owner == "models"
    ):
        yield _lone(first)


def _assigned(node: ast.ClassDef, names: set[str] | None) -> list[ast.expr]:
    rows = [n for n in node.body if isinstance(n, ast.Assign)]
    return [n.value for n in rows if names is None or _name(n.targets[0]) in names]


def _is_words(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and bool(_word.search(node.value))
        and node.value not in SAME
    )


def _lone(node: ast.expr) -> tuple[int, str]:
    return node.lineno, ast.unparse(node)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def test_python_says_nothing_to_people_in_one_language_alone() -> None:
    found = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if BESIDE.search(str(path)):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{path.relative_to(ROOT)}:{line}: {words}" for line, words in lone_strings(tree)]
    assert found == []


def test_the_reader_of_python_finds_what_it_should() -> None:
    bad = 'class A:\n    x = models.CharField("name", help_text="Read me")\nraise ValidationError("No such day")\nmessages.error(r, f"{x} is gone")'
    assert len(list(lone_strings(ast.parse(bad)))) == 4
    good = 'x = models.CharField(_("name"), help_text=_("Read me"))\nraise ValidationError(_("No"))\nmessages.error(r, _("gone"))'
    assert list(lone_strings(ast.parse(good))) == []
