"""Middleware of the whole site."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentSecurity(CSPMiddleware):
    """One content policy for people's pages and a looser one for Wagtail's admin, which has inline scripts."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Choose the policy by path, then let django-csp write the header."""
        if request.path.startswith("/cms/"):
            response._csp_config = settings.CMS_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return super().process_response(request, response)
