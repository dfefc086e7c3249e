"""Addresses under /boxes/."""

from django.urls import URLPattern

app_name = "parcels"
urlpatterns: list[URLPattern] = []
