"""The component gallery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest) -> HttpResponse:
    """All components."""
    return render(request, "gallery/page.html", {})
