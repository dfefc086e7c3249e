"""What stands in front of every page for the sake of who somebody is."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts import devices, entering, visits

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
BODY = re.compile(r"<body[^>]*>")
Next = Callable[[HttpRequest], HttpResponseBase]


class SecondFactor:
    """Nobody enters the admin with one factor only: whoever may, but has none, is sent to set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.STAFF_NEED_SECOND_FACTOR and request.path.startswith("/cms/") and self._lacking(request):
            messages.warning(request, _("Staff come in with a second factor. Set one up first: a passkey or an app."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    @staticmethod
    def _lacking(request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
            return False
        return not Authenticator.objects.filter(user=user, type__in=STRONG).exists()


class Devices:
    """Keeps the list of devices up to date, gives a new device its cookie, and lets nobody keep the pages of signing in. Asks nothing for a page that did not look
    at the session, so that kept pages stay the same for everybody."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.session.accessed
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.session.is_empty()
        ):
            devices.keep_up(request)
        if request.resolver_match and request.resolver_match.view_name.startswith(visits.CLOSED_PREFIXES):
            add_never_cache_headers(response)  # secrets and codes stand on some of these pages
        cookie = getattr(request, "device_cookie", None)
        if cookie:
            response.set_cookie(
                devices.COOKIE, cookie, max_age=devices.COOKIE_AGE, httponly=True, samesite="Lax",
                secure=bool(settings.SESSION_COOKIE_SECURE),
            )  # fmt: skip
        return response


class Proof:
    """Before something that matters, whoever came in by letter alone proves by another one that it is still they."""

    MATTERS = frozenset(
        {
            "account_set_password",
            "accounts:erase",
            "accounts:export",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "socialaccount_connections",
        }
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """The way to the letter, and back to where somebody wanted to go."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        matters = name in self.MATTERS or (name == "account_email" and request.method == "POST")
        if not matters or not entering.must_prove(request):
            return None
        return HttpResponseRedirect(f"{reverse('accounts:again')}?{urlencode({'next': request.path})}")


class Visits:
    """Shows the house to visiting staff as the member sees it. The admin stays the staff's own."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith("/cms/"):
            self._visit(request)
        response = self.get_response(request)
        if getattr(request, "visit", None) is not None:
            self._announce(request, response)
        return response

    @staticmethod
    def _announce(request: HttpRequest, response: Any) -> None:
        """Put the strip with the way out on every page, kept ones too; nobody keeps such a page."""
        response["Cache-Control"] = "no-store"
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return
        words = {"visit": request.visit, "token": get_token(request)}  # type: ignore[attr-defined]
        strip = render_to_string("accounts/visit_banner.html", words)
        text = response.content.decode(response.charset)
        response.content = BODY.sub(lambda found: found[0] + strip, text, count=1)
        if "Content-Length" in response:
            response["Content-Length"] = str(len(response.content))

    @staticmethod
    def _visit(request: HttpRequest) -> None:
        pk = request.session.get(visits.MARK)
        if pk is None or not request.user.is_authenticated:
            return
        visit = visits.running(pk, request.user)
        if visit is None:
            del request.session[visits.MARK]
            return
        request.visit, request.user = visit, visit.account  # type: ignore[attr-defined]

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Refuse what a visit does not open."""
        if getattr(request, "visit", None) is None or request.resolver_match is None:
            return None
        if visits.allows(request.resolver_match.view_name, request.method or "GET"):
            return None
        return render(request, "accounts/visit_closed.html", status=403)
