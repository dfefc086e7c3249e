"""The one search page: asks every source, puts their sections in order, and keeps what was chosen in the address."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import get_language

from ground import registry
from ground.search import Answer, Narrowing, SearchQuery, Section, Suggestion

MOST_CHARACTERS = 100
PER_SECTION, PER_PAGE = 6, 20
MOST_PAGES = 20
MOST_SUGGESTED = 8
OWN = ("q", "in", "page")


def asked_of(request: HttpRequest, limit: int = PER_SECTION) -> SearchQuery:
    """The question as it stands in the address. Whatever is odd in it is left out."""
    given = request.GET
    section, page = given.get("in", "")[:20], given.get("page", "1")
    number = min(int(page), MOST_PAGES) if page.isdecimal() and int(page) else 1
    narrow = {k: v[:50] for k, v in given.dict().items() if k not in OWN and v}
    return SearchQuery(
        text=given.get("q", "").replace("\0", "")[:MOST_CHARACTERS].strip(),
        account=request.user if request.user.is_authenticated else None,
        language=get_language() or "en",
        limit=PER_PAGE if section else limit,
        section=section,
        start=(number - 1) * PER_PAGE if section else 0,
        narrow=narrow,
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """What `search/page.html` shows."""
    asked = asked_of(request)
    answers = [source.search(asked) for source in registry.search_sources] if asked.text else []
    narrowings = [n for a in answers for n in a.narrowings]
    narrowed = any(choice.chosen for n in narrowings for choice in n.choices)
    if narrowed:  # who asks for a craft does not ask for rooms, which have none
        answers = [a for a in answers if a.narrowings]
    sections = sorted((s for a in answers for s in a.sections), key=lambda s: s.order)
    one = next((s for s in sections if s.key == asked.section), None)
    return {
        "query": asked.text,
        "sections": [one] if one else sections if not asked.section else [],
        "tabs": [_tab(request, s, asked) for s in sections],
        "all_address": _address(request, {"in": "", "page": ""}),
        "one": one,
        "leaf": _leaf(one, asked) if one else None,
        "narrowings": [_narrowing(request, n) for n in narrowings],
        "narrowed": narrowed,
        "whole_address": f"?{urlencode({'q': asked.text})}",
        "total": sum(s.total for s in sections),
        "loose": _loose(answers, sections),
        "leaf_query": _address(request, {"page": ""})[1:],
    }


def _loose(answers: list[Answer], sections: list[Section]) -> bool:
    """True when all that was found has only some of the words."""
    exact = [s for a in answers if not a.loose for s in a.sections]
    return bool(sections) and not exact


def _tab(request: HttpRequest, section: Section, asked: SearchQuery) -> dict[str, Any]:
    address = _address(request, {"in": section.key, "page": ""})
    return {"key": section.key, "label": section.label, "total": section.total, "address": address, "here": section.key == asked.section}  # fmt: skip


def _leaf(section: Section, asked: SearchQuery) -> Any:
    return Paginator(range(min(section.total, PER_PAGE * MOST_PAGES)), PER_PAGE).get_page(asked.start // PER_PAGE + 1)


def _narrowing(request: HttpRequest, narrowing: Narrowing) -> dict[str, Any]:
    choices = [
        {
            "label": c.label,
            "count": c.count,
            "chosen": c.chosen,
            "address": _address(request, {narrowing.key: "" if c.chosen else c.value, "page": ""}),
        }
        for c in narrowing.choices
    ]
    most = max((c.count for c in narrowing.choices), default=1)
    return {"key": narrowing.key, "label": narrowing.label, "choices": choices, "most": most}


def _address(request: HttpRequest, change: dict[str, str]) -> str:
    """This page's address with something changed; what is empty falls out."""
    given = {**request.GET.dict(), **change}
    return f"?{urlencode({k: v for k, v in given.items() if v})}"


def suggestions(request: HttpRequest) -> list[Suggestion]:
    """From every source that answers while typing."""
    asked = asked_of(request, MOST_SUGGESTED)
    sources = [source.suggest for source in registry.search_sources if source.suggest]
    return [one for suggest in sources for one in suggest(asked)][:MOST_SUGGESTED] if asked.text else []
