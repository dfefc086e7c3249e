"""Addresses under /boxes/taste/."""

from django.urls import path

from subscriptions.curation import views

app_name = "curation"
urlpatterns = [path("", views.taste, name="taste")]
