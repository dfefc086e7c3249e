"""From a path to a page: a story in one query, where Wagtail asks once for each step of the path."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Length, Substr
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction, Site

from editorial import kept
from editorial.models import StoryPage


def route(request: HttpRequest, language: str, path: str) -> None:
    """Tell Wagtail what is at this path, when it is a story that needs no closer look; else leave it to Wagtail.

    Wagtail's own routing walks down from the root and then looks for restrictions on every ancestor.
    """
    host = request.get_host()
    request._wagtail_site = kept.get(("site", host), lambda: Site._find_for_request(request))  # type: ignore[attr-defined]
    found = story_at(_root_path(request, language), path)
    if found is not None:
        request._wagtail_route_for_request = (found, [], {})  # type: ignore[attr-defined]


def elsewhere(request: HttpRequest, language: str, path: str) -> Page | None:
    """The story at the same path of another language, when nothing is written in this one."""
    for other, _ in settings.LANGUAGES:
        found = None if other == language else story_at(_root_path(request, other), path)
        if found is not None:
            return found
    return None


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


def _root_path(request: HttpRequest, language: str) -> str:
    site = request._wagtail_site  # type: ignore[attr-defined]
    roots = Site.get_site_root_paths() if site else []
    return next((r.root_path for r in roots if r.site_id == site.pk and r.language_code == language), "")
