"""Addresses that robots expect at the root."""

from django.urls import URLPattern, path

from editorial import views

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("llms.txt", views.for_models, name="for_models"),
    path("robots.txt", views.robots, name="robots"),
]
