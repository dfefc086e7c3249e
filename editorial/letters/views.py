"""The HTTP edge for readers: their choices, leaving by a link, a letter in the browser."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from editorial import wall
from editorial.letters import composing, limits, queries, tokens
from editorial.letters.actions import choosing, suppressing
from editorial.letters.enums import PUBLIC_STATES, How
from editorial.letters.models import Campaign
from ground import pagecache

# A letter brings its own styles; nothing in it runs, and it loads pictures alone.
LETTER_POLICY = {
    "default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'", "data:"],
    "base-uri": ["'none'"], "form-action": ["'none'"], "frame-ancestors": ["'self'"],
}  # fmt: skip


@never_cache
@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """All newsletters with their switches; and a way out for somebody whose address had come back."""
    if request.method == "POST":
        if "again" in request.POST:
            suppressing.forgive(account=request.user)
            messages.success(request, _("We will try your address again."))
        else:
            choosing.choose(account=request.user, wanted=request.POST.getlist("wanted"), how=How.ACCOUNT)
            messages.success(request, _("Kept."))
        return redirect("letter_choices")
    return render(request, "letters/choices.html", queries.choices_of(request.user))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave a newsletter. GET changes nothing: it shows a page with a button, for mail scanners follow links.

    POST needs no sign-in and no cookie: a mail program sends it for the reader (RFC 8058). A link that is not ours
    looks like one of somebody who has gone.
    """
    genuine = tokens.read(token) is not None
    if limits.too_often(request, token, genuine):
        return render(request, "429.html", status=429)
    if request.method == "POST":
        if "back" in request.POST:
            choosing.come_back(token=token)
        else:
            one_click = request.POST.get("List-Unsubscribe") == "One-Click"
            choosing.leave(token=token, how=How.ONE_CLICK if one_click else How.LINK)
    choice = queries.choice_of(token)
    context = {"choice": choice, "done": request.method == "POST" or (choice is not None and not choice.wanted)}
    return render(request, "letters/leave.html", context)


@require_http_methods(["GET", "HEAD"])
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    """A letter that was sent, as far as everybody may read it."""
    found = get_object_or_404(Campaign.objects.select_related("newsletter"), slug=slug, state__in=PUBLIC_STATES)
    made = composing.compose(found, get_language() or "en", wall.visitor, public=True)
    response = HttpResponse(made.html)
    response._csp_config = LETTER_POLICY  # type: ignore[attr-defined]
    return pagecache.public(response)
