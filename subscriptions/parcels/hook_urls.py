"""The machines' address: /parcels/hooks/<carrier>/, without a language."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
