"""Pictures on a page: all renditions of all pictures in one query, then an `<img>` that never makes the page jump."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError

from editorial import values

log = logging.getLogger("editorial.pictures")

# Every browser of today reads WebP; AVIF is a third smaller where it is read.
WEBP, AVIF = "format-webp|webpquality-80", "format-avif|avifquality-60"
# How a picture is cut, by where it stands. `fill` keeps the focal point in view.
SHAPES = {
    "lead": ("fill-1600x1400", "fill-800x700"),
    "wide": ("max-1600x1600", "max-800x800"),
    "square": ("fill-900x900", "fill-450x450"),
    "card": ("fill-1200x900", "fill-600x450"),
    "share": ("fill-1200x630", "fill-600x315"),
    "around": ("max-4096x2048", "max-2048x1024"),
    "close": ("max-3600x3600", "max-1800x1800"),
}
SIZES = {"lead": "(min-width: 60rem) 52vw, 100vw", "wide": "(min-width: 70rem) 66rem, 100vw"}


def specs(image: Any, shape: str, kind: str = WEBP) -> list[str]:
    """The filters of a picture. A drawing is cut once and stays a drawing; a photograph comes in two sizes."""
    large, small = SHAPES[shape]
    return [large] if image.is_svg() else [f"{large}|{kind}", f"{small}|{kind}"]


def gather(images: Iterable[Any]) -> None:
    """Read the renditions of all these pictures in one query, so that templates need none."""
    missing = {id(i): i for i in images if i is not None and not hasattr(i, "prefetched_renditions")}
    if missing:
        rows = get_image_model().get_rendition_model().objects.all()
        prefetch_related_objects(list(missing.values()), Prefetch("renditions", rows, to_attr="prefetched_renditions"))


def tag(image: Any, shape: str, alt: str = "", *, eager: bool = False) -> SafeString:
    """The picture with its size, as AVIF and WebP in two widths; loaded when it comes near, unless `eager`."""
    sets = [specs(image, shape)] if image.is_svg() else [specs(image, shape), specs(image, shape, AVIF)]
    try:
        found = image.get_renditions(*[Filter(spec=s) for wanted in sets for s in wanted])
    except (SourceImageIOError, OSError):  # the file is gone: a gap in the page, never no page
        log.warning("picture %s has no file", image.pk)
        return mark_safe("")
    large = found[sets[0][0]]
    sizes = SIZES.get(shape, "(min-width: 48rem) 34rem, 100vw")
    srcsets = [_srcset(found[s] for s in wanted) if len(wanted) > 1 else "" for wanted in sets]
    img = format_html(
        '<img class="art{}" src="{}"{} alt="{}" width="{}" height="{}"{}>',
        " eager" if eager else "",
        large.url,
        format_html(' srcset="{}" sizes="{}"', srcsets[0], sizes) if srcsets[0] else "",
        alt,
        round(large.width),
        round(large.height),
        format_html_join("", ' {}="{}"', [("loading", "eager"), ("fetchpriority", "high")] if eager else [("loading", "lazy")]),
    )  # fmt: skip
    if len(sets) == 1:
        return img
    avif = format_html('<source type="image/avif" srcset="{}" sizes="{}">', srcsets[1], sizes)
    return format_html("<picture>{}{}</picture>", avif, img)


def _srcset(renditions: Iterable[Any]) -> str:
    return ", ".join(f"{r.url} {round(r.width)}w" for r in renditions)


def address(image: Any, shape: str) -> tuple[str, int, int]:
    """URL, width and height of a picture in a shape."""
    spec = specs(image, shape)[0]
    try:
        rendition = image.get_rendition(Filter(spec=spec))
    except (SourceImageIOError, OSError):
        log.warning("picture %s has no file", image.pk)
        return "", 0, 0
    return rendition.url, round(rendition.width), round(rendition.height)  # a fresh drawing's size is a float


def inside(value: Any) -> list[Any]:
    """Every picture inside a block's value, however deep."""
    return values.inside(value, get_image_model())
