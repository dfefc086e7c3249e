"""A story's HTML made fit for mail readers: few tags, whole addresses, pictures as pixels.

Mail readers know no SVG, no scripts, no players and few styles. What is not on the list below goes; its words stay.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Comment, Tag
from django.conf import settings
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

KEPT = {"p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "figure", "figcaption", "img", "a",
        "em", "strong", "sup", "sub", "br", "hr", "cite", "q", "time", "div", "span",
        "table", "caption", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
# Whole with everything inside: nothing in here is meant to be read in a letter.
DROPPED = ("script", "style", "template", "iframe", "object", "embed", "form", "input", "button", "select", "textarea",
           "svg", "canvas", "audio", "video", "source", "dialog", "noscript", "model-viewer")  # fmt: skip
HEADINGS = {"h2", "h3", "h4"}
HIDDEN = {"hidden", "popover", "data-beside"}  # what a page shows only when it is asked to
ATTRIBUTES = {"a": ("href",), "img": ("src", "alt"), "td": ("colspan",), "th": ("colspan", "scope"), "ol": ("start",),
              "time": ("datetime",)}  # fmt: skip
WIDTH = 520  # pixels: the sheet of the letter without its margins
_pixels = re.compile(r"\.(png|jpe?g|webp|gif)$", re.IGNORECASE)


class Pictures:
    """Addresses of a letter's pictures as pixels, all looked up in one query."""

    def __init__(self, html: Iterable[str]) -> None:
        names = {name for part in html for name in map(_stored, _sources(part)) if name}
        rows = get_image_model().get_rendition_model().objects.filter(file__in=names).select_related("image")
        self._images: dict[str, Any] = {row.file.name: row.image for row in rows}

    def address(self, src: str) -> str:
        """The whole address of a picture that a mail reader can show; empty when there is none."""
        if _pixels.search(urlsplit(src).path):
            return whole(src)
        image = self._images.get(_stored(src))
        return as_pixels(image) if image is not None else ""


def as_pixels(image: Any) -> str:
    """The whole address of a picture: a drawing as PNG, a photograph as JPEG."""
    if image.is_svg():
        return f"{settings.PUBLIC_URL}{reverse('share_picture', args=[image.pk])}"
    try:
        return whole(image.get_rendition("max-1200x1200|format-jpeg").url)
    except (SourceImageIOError, OSError):
        return ""


def whole(address: str, base: str = "") -> str:
    """An address with its host; `#p7` belongs to `base`. Empty for anything that is no web address."""
    if address.startswith("#"):
        return f"{base}{address}"
    if address.startswith("/") and not address.startswith("//"):
        return f"{settings.PUBLIC_URL}{address}"
    return address if address.startswith(("https://", "http://", "mailto:")) else ""


def fit(html: str, base: str, pictures: Pictures, *, apart: bool = False) -> str:
    """The HTML of a piece of a story as it may stand in a letter; `base` is the story's whole address.

    `apart`: words of neighbouring elements do not run together where styles alone had kept them apart, as in captions.
    """
    soup = BeautifulSoup(html, "html.parser")
    if apart:
        _keep_apart(soup)
    for node in soup.find_all(string=lambda text: isinstance(text, Comment)):
        node.extract()
    for element in soup.find_all(True):
        if element.decomposed:
            continue
        if element.name in DROPPED or "sr" in element.get("class", ()) or not HIDDEN.isdisjoint(element.attrs):
            element.decompose()
        elif element.name not in KEPT:
            element.unwrap()
        else:
            _fit_one(element, base, pictures)
    return str(soup).strip()


def _keep_apart(soup: BeautifulSoup) -> None:
    """A space between two elements that touch, and after a heading's number; never before the mark of a note."""
    for element in soup.find_all(True):
        following, above = element.next_sibling, element.parent.name if element.parent else ""
        touches = isinstance(following, Tag) and following.name != "sup"
        if touches or (above in HEADINGS and element.previous_sibling is None and following is not None):
            element.insert_after(" ")


def _fit_one(element: Tag, base: str, pictures: Pictures) -> None:
    kept = {name: str(element[name]) for name in ATTRIBUTES.get(element.name, ()) if element.has_attr(name)}
    if element.name == "img":
        kept["src"] = pictures.address(kept.get("src", ""))
        kept |= {"alt": kept.get("alt", ""), "width": str(WIDTH), "class": "art"}
        if not kept["src"]:
            element.replace_with(kept["alt"])
            return
    if element.name == "a":
        kept["href"] = whole(kept.get("href", ""), base)
        if not kept["href"]:
            element.unwrap()
            return
    element.attrs = kept


def _sources(html: str) -> list[str]:
    return [str(img["src"]) for img in BeautifulSoup(html, "html.parser").find_all("img", src=True)]


def _stored(src: str) -> str:
    """A stored file's name from its address: what stands behind MEDIA_URL."""
    path, media = unquote(urlsplit(src).path), urlsplit(settings.MEDIA_URL).path
    return path.removeprefix(media) if media and path.startswith(media) else ""


def words(html: str) -> str:
    """The words of a little HTML for the text part: paragraphs apart, links with their address behind."""
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a", href=True):
        if link.get_text(strip=True) != link["href"]:
            link.append(f" ({link['href']})")
    return _lines(soup, ("p",))


def spoken(html: str) -> str:
    """What a figure, a list or a table says in the text part: a line for each thing, pictures by what is seen."""
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img"):
        image.replace_with(f"[{image['alt']}]\n" if image.get("alt") else "")
    return re.sub(r"\n{2,}", "\n", _lines(soup, ()))


def _lines(soup: BeautifulSoup, far: tuple[str, ...]) -> str:
    for block in soup.find_all(("p", "br", "li", "dd", "tr", "figcaption", "blockquote", "h2", "h3", "h4", "caption")):
        block.append("\n\n" if block.name in far else "\n")
    lines = (" ".join(line.split()) for line in soup.get_text().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
