"""Addresses under /account/perks/."""

from django.urls import path

from membership.perks import views

app_name = "perks"
urlpatterns = [
    path("", views.home, name="home"),
    path("birthday/", views.birthday, name="birthday"),
    path("received/<int:pk>/", views.received, name="received"),
    path("<slug:key>/claim/", views.claim, name="claim"),
]
