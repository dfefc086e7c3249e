"""The gallery: every component with its samples, by day and by night. In development only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ground.drawing import SCENES, around, draw, solid
from ground.samples import SAMPLES, Words

# Pieces of the page's own frame, which stand round the gallery already.
FRAME = {"masthead", "dock", "foot"}
# Modules of components that need one.
SCRIPTS = ("gloss", "slider", "zoom", "panorama", "model")
# Components that are lines of a list.
LINES = {"message": "msgs"}


def showings(name: str, language: str) -> list[dict[str, Any]]:
    """A component by day and by night: the class of its ground, and its samples as HTML."""
    return [
        {"ground": ground, "html": _rendered(name, Words(language, suffix))}
        for ground, suffix in (("on-light", "day"), ("on-dark", "night"))
    ]


def _rendered(name: str, words: Words) -> SafeString:
    html = "\n".join(render_to_string(f"components/{name}.html", context) for context in SAMPLES[name](words))
    if name in LINES:
        html = f'<ol class="{LINES[name]}">{html}</ol>'
    return mark_safe(html)  # noqa: S308 - rendered by our own templates from our own samples


def gallery(request: HttpRequest) -> HttpResponse:
    """All components, all drawings."""
    language = get_language() or "en"
    specs = [{"name": name, "showings": showings(name, language)} for name in SAMPLES if name not in FRAME]
    scripts = [f"editorial/js/{name}.js" for name in SCRIPTS]
    context = {
        "scripts": scripts,
        "specs": specs,
        "scenes": [(name, range(3)) for name in SCENES if name not in ("seal", "mist")],
    }
    return render(request, "gallery/page.html", context)


def drawing(request: HttpRequest, name: str, seed: int) -> HttpResponse:
    """One drawing as a picture, for the gallery."""
    if name not in SCENES:
        return HttpResponse(status=404)
    return HttpResponse(draw(name, seed), content_type="image/svg+xml")


def thing(request: HttpRequest, name: str) -> HttpResponse:
    """An object or a place all around, for the gallery's viewers."""
    stem, _, ending = name.rpartition(".")
    if ending == "glb" and stem in solid.SOLIDS:
        return HttpResponse(solid.glb(stem), content_type="model/gltf-binary")
    if ending == "webp" and stem in around.SCENES:
        return HttpResponse(around.webp(stem), content_type="image/webp")
    return HttpResponse(status=404)
