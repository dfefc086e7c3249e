"""Addresses under a language prefix: Wagtail's pages, found quickly."""

from django.urls import URLPattern, re_path
from wagtail.urls import serve_pattern

from editorial.views import page

urlpatterns: list[URLPattern] = [re_path(serve_pattern, page, name="editorial_page")]
