"""Addresses under /join/."""

from django.urls import path

from membership import views

app_name = "membership"
urlpatterns = [
    path("", views.join, name="join"),
    path("welcome/<slug:key>/", views.welcome, name="welcome"),
    path("<slug:key>/", views.join_tier, name="join_tier"),
]
