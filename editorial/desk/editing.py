"""What happens while a page is edited: a refused publication keeps the draft, and nobody overwrites another unseen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page, Revision

from editorial.desk import agreeing, gate
from editorial.desk.middleware import said
from editorial.desk.rules import PublishingRefused
from editorial.models import StoryPage

OVERTAKEN = "desk_overtaken"  # on the request: the revision that was saved meanwhile


def before_edit(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Notes whether somebody else has saved since this form was opened; agreeing to what one has not seen is refused."""
    if request.method != "POST":
        return None
    other = _overtaken(request, page)
    if other is None:
        return None
    setattr(request, OVERTAKEN, other)
    if request.POST.get("action-workflow-action"):
        messages.error(request, _("Somebody has changed the page since you opened it. Read it again, then decide."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def before_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The draft is saved by now. It goes out only if nobody was overtaken and the rules of publishing are kept."""
    other = getattr(request, OVERTAKEN, None)
    if other is not None:
        messages.error(request, _overtaken_words(other), buttons=_ways(page, other))
        return redirect("wagtailadmin_pages:edit", page.pk)
    if not isinstance(page, StoryPage):
        return None
    newest = Revision.objects.filter(pk=page.latest_revision_id).first()
    needs = gate.needs_of(page.pk, newest.content) if newest else []
    if not needs:
        return None
    kept = _("Your draft is saved.")
    messages.error(request, format_html("{} {}", said(PublishingRefused(page.pk, page.title, needs)), kept))
    return redirect("wagtailadmin_pages:edit", page.pk)


def after_edit(request: HttpRequest, page: Page) -> None:
    """A draft saved over somebody else's is said, with the way to compare the two; a changed text waits anew."""
    if "application/json" in request.headers.get("accept", ""):
        return  # autosave
    other = getattr(request, OVERTAKEN, None)
    if other is not None:
        messages.warning(request, _overtaken_words(other), buttons=_ways(page, other))
    if agreeing.resubmit(page=page, by=request.user):
        messages.info(request, _("The changed text now waits for the second editor."))


def _overtaken(request: HttpRequest, page: Page) -> Revision | None:
    """The newest revision that somebody else has made since this form was opened. One's own autosave is no other: it
    writes revisions that the form knows nothing of."""
    try:
        opened = parse_datetime(request.POST.get("loaded_revision_created_at", ""))
    except ValueError:
        return None
    if opened is None or is_naive(opened):
        return None
    later = Revision.objects.for_instance(page).filter(created_at__gt=opened).exclude(user_id=request.user.pk)
    return later.select_related("user").order_by("-created_at", "-pk").first()


def _overtaken_words(other: Revision) -> str:
    who = other.user.name if other.user is not None else _("Somebody")
    return _("%(who)s saved another version while you were writing. Nothing is lost: yours is saved as the newest draft, "
             "theirs stands as it is. Compare the two before you publish.") % {"who": who}  # fmt: skip


def _ways(page: Page, other: Revision) -> list[Any]:
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, other.pk, "latest"])
    return [messages.button(compare, _("Compare"))]
