"""The demo's mailbox as pages. Development only: nothing here exists in production."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from accounts import mailbox


@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """All letters, newest first; `?to=` narrows."""
    to = request.GET.get("to", "")
    return render(request, "accounts/mailbox.html", {"letters": mailbox.letters(to), "to": to})


@never_cache
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter: its text, its links to follow, and its HTML part beside it."""
    found = mailbox.letter(name)
    if found is None:
        raise Http404
    return render(request, "accounts/letter.html", {"letter": found})


@never_cache
@xframe_options_sameorigin
def letter_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, shown in a frame with a policy that lets mails have their styles and nothing run."""
    found = mailbox.letter(name)
    if found is None or not found.html:
        raise Http404
    response = HttpResponse(found.html)
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
    }
    return response
