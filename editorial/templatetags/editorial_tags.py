"""`{% load editorial_tags %}`: pictures, JSON-LD, marked excerpts. None of them asks the database once pictures are gathered."""

import json
import re
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from editorial import holes, pictures
from editorial.reading_time import spoken
from ground.search import query_terms

register = template.Library()
_unsafe = {ord(c): f"\\u{ord(c):04X}" for c in "<>&\u2028\u2029"}


@register.simple_tag
def photo(image: Any, shape: str, alt: str = "", eager: bool = False) -> SafeString:
    """`{% photo image "wide" alt %}`: the picture with its size, loaded when it comes near; nothing without a picture."""
    return pictures.tag(image, shape, alt, eager=eager) if image else mark_safe("")


@register.simple_tag(takes_context=True)
def piece_html(context: dict[str, Any], piece: Any) -> SafeString:
    """A piece of a page with what is this reader's own in it, such as a poll."""
    request = context.get("request")
    return holes.filled(piece.html, request) if request else mark_safe(holes.emptied(piece.html))  # noqa: S308


@register.simple_tag(takes_context=True)
def hole(context: dict[str, Any], kind: str, name: object) -> SafeString:
    """`{% hole "save" key %}`: a reader's own corner; a mark where the page is kept for many, else what it shows now."""
    made = holes.mark(kind, name)
    return made if context.get("shell") or not context.get("request") else holes.filled(made, context["request"])


@register.simple_tag(takes_context=True)
def block_scripts(context: dict[str, Any]) -> SafeString:
    """The modules of the blocks on this page, each once: from `scripts`, else from `pieces`."""
    found = context.get("scripts")
    if found is None:
        found = dict.fromkeys(path for piece in context.get("pieces") or () for path in piece.scripts)
    return format_html_join("\n", '<script type="module" src="{}"></script>', ((static(path),) for path in found))


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Data for search engines: a data block, which no browser runs and no content policy minds."""
    written = json.dumps(data, ensure_ascii=False).translate(_unsafe)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308 - escaped above


@register.filter
def reading_minutes(number: int) -> str:
    """11 minutes, 十一分钟."""
    return spoken(number)


@register.filter
def with_holes(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The dock's items with a hole for each count: see `editorial.shells`."""
    return [{**item, "badge": f"hole:{item['key']}"} for item in items]


@register.filter
def lookup(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key)


@register.filter
def marked(text: str, query: str) -> SafeString:
    """The text with the words of the query marked."""
    terms = [query.strip(), *query_terms(query).split()]
    found = re.compile(
        "|".join(re.escape(t) for t in sorted({t for t in terms if t}, key=len, reverse=True)) or r"(?!)", re.I
    )
    parts, at = [], 0
    for hit in found.finditer(text):
        parts += [escape(text[at : hit.start()]), f"<mark>{escape(hit[0])}</mark>"]
        at = hit.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every part is escaped
