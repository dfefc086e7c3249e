"""The HTTP edge of readers' things."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from editorial import translations
from editorial.readers import access, actions, queries
from editorial.readers.models import Audience
from membership import entitlements, meter

DAY = 86_400  # seconds


def _back(request: HttpRequest, page: Any) -> str:
    """Where the form wants to return to, if that is a place of ours; else the story."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if wanted and ours else translations.path_of(page)


@login_required
@require_POST
def save(request: HttpRequest, story: str) -> HttpResponse:
    """Save a story, or take it off the shelf; a script gets no page back."""
    page = access.access_story(story)
    saved = request.POST.get("saved") == "1"
    actions.save(account=request.user, story=page.translation_key, saved=saved)
    if request.headers.get("X-Quiet"):
        return HttpResponse(status=204)
    messages.success(request, _("Saved for later.") if saved else _("Taken off your shelf."))
    return redirect(_back(request, page))


@login_required
@require_POST
def unlock(request: HttpRequest, story: str) -> HttpResponse:
    """Spend one of this month's reads, and go on at the sentence."""
    page = access.access_story(story)
    try:
        meter.spend(account=request.user, key=page.subject_key)
    except meter.MeterSpent:
        messages.info(request, _("This month’s stories are all read. There are new ones on the first."))
    return redirect(_back(request, page))


@login_required
@require_POST
def give(request: HttpRequest, story: str) -> HttpResponse:
    """Make a gift link and show it on the shelf page."""
    page = access.access_story(story)
    if not access.may_read_to_the_end(request.user, page):
        messages.info(request, _("You can give away what you may read to its end yourself."))
        return redirect(_back(request, page))
    try:
        actions.give(account=request.user, story=page.translation_key)
    except actions.TooManyGifts:
        messages.info(request, _("Ten gifts in thirty days is as many as anybody can make."))
        return redirect(_back(request, page))
    messages.success(request, _("Here is your link: whoever has it reads this story to its end."))
    return redirect("readers:shelf")


@login_required
@require_POST
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """A gift link opens nothing any more."""
    actions.revoke(link=access.access_gift(request.user, token))
    messages.success(request, _("The link opens nothing any more."))
    return redirect("readers:shelf")


@login_required
@require_POST
def forget(request: HttpRequest, story: str) -> HttpResponse:
    """Forget where I stopped in this story."""
    page = access.access_story(story)
    actions.forget(account=request.user, story=page.translation_key)
    return redirect("readers:shelf")


@login_required
@require_GET
def shelf(request: HttpRequest) -> HttpResponse:
    """Begun, saved and given."""
    language = get_language() or "en"
    context = {
        "begun": queries.shelf(request.user, language, saved=False),
        "saved": queries.shelf(request.user, language, saved=True),
        "gifts": queries.gifts(request.user, language),
        "meter": meter.read(request.user),
    }
    return render(request, "readers/shelf.html", context)


@require_GET
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever follows a gift link: the story opens for this reader until the link ends or is taken back."""
    link = access.open_gift(token)
    if link is None:
        response = render(request, "readers/gift_over.html", status=410)
    else:
        page = access.access_story(str(link.story))
        access.remember_gift(request, link)
        actions.use(link=link)
        response = redirect(translations.path_of(page))
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


@csrf_exempt  # sent by a beacon, which can carry no header; `_own_page` refuses other sites’ pages
@require_POST
def progress(request: HttpRequest, story: str) -> HttpResponse:
    """Where somebody stopped, and that somebody reads: told by the page when it is left. Bad numbers are refused."""
    if not _own_page(request):
        return HttpResponse(status=403)
    try:
        paragraph, percent = int(request.POST.get("paragraph", "")), int(request.POST.get("percent", ""))
    except ValueError:
        return HttpResponse(status=400)
    if not (0 <= paragraph <= 2000 and 0 <= percent <= 100):
        return HttpResponse(status=400)
    page = access.access_story(story)
    if request.user.is_authenticated and paragraph:
        actions.mark(account=request.user, story=page.translation_key, paragraph=paragraph, percent=percent)
    _count(request, page, percent)
    return HttpResponse(status=204)


def _own_page(request: HttpRequest) -> bool:
    """Browsers say where a request comes from; who says nothing is no browser and may only count."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin", "")
    return not origin or urlsplit(origin).netloc == request.get_host()


def _count(request: HttpRequest, page: Any, percent: int) -> None:
    """Once a day for each reader, who is known for that day only as a hash in the cache."""
    language = get_language() or page.locale.language_code
    for finished in (False, True)[: 2 if percent >= actions.FINISHED else 1]:
        if cache.add(f"read:{_who(request)}:{page.translation_key}:{finished}", 1, DAY):
            actions.count(story=page.translation_key, language=language, audience=_audience(request), finished=finished)


def _who(request: HttpRequest) -> str:
    agent = f"{request.META.get('REMOTE_ADDR', '')} {request.headers.get('User-Agent', '')[:200]}"
    known = f"account {request.user.pk}" if request.user.is_authenticated else agent
    return hashlib.blake2b(known.encode(), digest_size=10).hexdigest()


def _audience(request: HttpRequest) -> Audience:
    if not request.user.is_authenticated:
        return Audience.VISITOR
    member = any(key.startswith("tier:") for key in entitlements.keys(request.user))
    return Audience.MEMBER if member else Audience.ACCOUNT
