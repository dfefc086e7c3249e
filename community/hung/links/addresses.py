"""Which addresses stand in a message. Pure."""

import re
from html import unescape
from urllib.parse import urlsplit

MOST_LENGTH = 2000
_href = re.compile(r'<a href="(https?://[^"]+)"')


def in_message(html: str, most: int) -> list[str]:
    """The first so many http(s) addresses of a message's own HTML, each once, without the place on the page."""
    found: dict[str, None] = {}
    for raw in _href.findall(html):
        url = unescape(raw)
        if len(url) <= MOST_LENGTH and _whole(url):
            found.setdefault(url)
    return list(found)[:most]


def _whole(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def path_of_ours(url: str, origins: list[str]) -> str | None:
    """The path of an address of our own house, None for one of others."""
    parts = urlsplit(url)
    try:
        there = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    except ValueError:
        return None
    for origin in origins:
        ours = urlsplit(origin)
        if there == (ours.hostname, ours.port or (443 if ours.scheme == "https" else 80)):
            return parts.path or "/"
    return None
