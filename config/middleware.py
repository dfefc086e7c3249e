"""Middleware of the whole site."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string


class ContentSecurity(CSPMiddleware):
    """One content policy for people's pages and a looser one for Wagtail's admin, which has inline scripts."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Choose the policy by path, then let django-csp write the header. A preview is a page inside an answer of the
        admin's: the admin's policy lets it stand in the editor's frame, the site's would not."""
        if getattr(request, "is_dummy", False):
            return response
        if request.path.startswith("/cms/"):
            response._csp_config = settings.CMS_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return super().process_response(request, response)


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NoNul:
    """400 for a NUL in the address or a form value: PostgreSQL cannot store one, and nobody means it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "") or self._in_form(request):
            return HttpResponse("Bad request: a NUL character.", status=400, content_type="text/plain; charset=utf-8")
        return self.get_response(request)

    @staticmethod
    def _in_form(request: HttpRequest) -> bool:
        if request.method != "POST" or request.content_type not in FORMS:
            return False
        return any("\x00" in value for values in request.POST.lists() for value in values[1])


class Machines:
    """Outermost: what machines post passes by all that stands there for people - sessions, languages, forms, pages.

    The signature over the body says who it is, and the answer is read by nobody's browser.
    """

    DOORS = {"/billing/webhook/": "subscriptions.billing.webhook.webhook"}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.doors = {path: import_string(name) for path, name in self.DOORS.items()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door: Callable[[HttpRequest], HttpResponse] | None = self.doors.get(request.path_info)
        if door is None:
            return self.get_response(request)
        response = door(request)
        response["Content-Length"] = str(len(response.content))  # else it goes out in chunks
        return response
