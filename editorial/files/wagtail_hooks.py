"""Wagtail's own address of a document leads to ours, where the right is asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks


@hooks.register("before_serve_document", order=-100)
def to_our_address(document: Any, request: HttpRequest) -> HttpResponse:
    """Never served from here."""
    return redirect(document.url)
