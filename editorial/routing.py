"""From a path to a page: a story in one query, where Wagtail asks once for each step of the path."""

from urllib.parse import unquote

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Length, Substr
from django.http import HttpRequest
from wagtail.models import PageViewRestriction, Site

from editorial import kept
from editorial.models import StoryPage


def route(request: HttpRequest, language: str, path: str) -> None:
    """Tell Wagtail what is at this path, when it is a story that needs no closer look; else leave it to Wagtail.

    Wagtail's own routing walks down from the root and then looks for restrictions on every ancestor.
    """
    found = here(request, language, path)
    if found is not None:
        request._wagtail_route_for_request = (found, [], {})  # type: ignore[attr-defined]


def find(request: HttpRequest, language: str, path: str) -> StoryPage | None:
    """The story at this path, or the one that stands there in the other language."""
    return here(request, language, path) or elsewhere(request, language, path)


def here(request: HttpRequest, language: str, path: str) -> StoryPage | None:
    """The story at this path, in this language."""
    return story_at(_root_path(request, language), path)


def elsewhere(request: HttpRequest, language: str, path: str) -> StoryPage | None:
    """The story at the same path of another language, when nothing is written in this one."""
    others = (code for code, _ in settings.LANGUAGES if code != language)
    return next((found for code in others if (found := here(request, code, path))), None)


def story_at(root_path: str, path: str) -> StoryPage | None:
    """A live story that no privacy setting of Wagtail's covers, at this path; one query."""
    if not root_path or not path.strip("/").count("/"):
        return None
    above = Substr(OuterRef("path"), 1, Length(F("page__path")))  # tree paths: an ancestor's begins its descendants'
    covering = PageViewRestriction.objects.filter(page__path=above)
    rows = StoryPage.objects.live().filter(url_path=f"{root_path}{path}", alias_of=None)
    found = rows.select_related("locale", "lead_image", "social_image").annotate(shut=Exists(covering)).first()
    if found is None or found.shut:
        return None
    found.may_be_restricted = False
    return found


def subject_at(path: str) -> str | None:
    """`story:<uuid>` of the story at a path with its language (`/en/stories/…/`), None where none stands."""
    language, _, inside = unquote(path).lstrip("/").partition("/")
    site = Site.objects.filter(is_default_site=True).first()
    if site is None or not inside or "\x00" in inside:
        return None
    inside = inside if inside.endswith("/") else f"{inside}/"
    roots = [r for r in Site.get_site_root_paths() if r.site_id == site.pk]
    for root in sorted(roots, key=lambda r: r.language_code != language):  # else as `elsewhere` does
        found = story_at(root.root_path, inside)
        if found is not None:
            return found.subject_key
    return None


def _root_path(request: HttpRequest, language: str) -> str:
    site = kept.get(("site", request.get_host()), lambda: Site._find_for_request(request))
    request._wagtail_site = site  # type: ignore[attr-defined]
    roots = Site.get_site_root_paths() if site else []
    return next((r.root_path for r in roots if r.site_id == site.pk and r.language_code == language), "")
