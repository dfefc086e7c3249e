"""Editors in the admin: one at a time at a page, and a clear word where the rules of publishing say no."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.models import Page

from editorial.desk.agreeing import NotSecond
from editorial.desk.rules import PublishingRefused

ONE_AT_A_TIME = frozenset({"wagtailadmin_pages:edit", "wagtailadmin_pages:workflow_action", "wagtailadmin_pages:copy"})
TROUBLES = (PublishingRefused, NotSecond)


class Desk:
    """For `/cms/` alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any) -> Any:
        """A page is written by one request at a time: whoever comes second sees what the first has done."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in ONE_AT_A_TIME:
            return None
        try:
            with transaction.atomic():
                list(Page.objects.select_for_update(no_key=True).filter(pk=kwargs.get("page_id")).values_list("pk"))
                return view(request, *args, **kwargs)
        except TROUBLES as trouble:
            return self.process_exception(request, trouble)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        """What the rules refuse is said where the editor stands."""
        if not isinstance(trouble, TROUBLES) or not request.path.startswith("/cms/"):
            return None
        messages.error(request, said(trouble))
        target = _target(request, trouble)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": target})
        return redirect(target)


def said(trouble: Exception) -> str:
    """The refusal as HTML for Wagtail's messages."""
    if not isinstance(trouble, PublishingRefused):
        return str(trouble)
    needs = format_html_join("", "<li>{}</li>", ((need.label,) for need in trouble.needs))
    return format_html("{}<ul>{}</ul>", _("“%(title)s” was not published.") % {"title": trouble.title}, needs)


def _target(request: HttpRequest, trouble: Exception) -> str:
    page_id = getattr(trouble, "page_id", None)
    if request.resolver_match is not None and page_id is None:
        page_id = request.resolver_match.kwargs.get("page_id")
    try:
        return reverse("wagtailadmin_pages:edit", args=[Page.objects.only("pk").get(pk=page_id).pk])
    except ObjectDoesNotExist:
        return reverse("wagtailadmin_home")
