"""Addresses of readers' things, under a language."""

from django.urls import path

from editorial.readers import views

app_name = "readers"
urlpatterns = [
    path("account/reading/", views.shelf, name="shelf"),
    path("account/reading/gifts/<str:token>/take-back/", views.take_back, name="take_back"),
    path("read/<uuid:story>/save/", views.save, name="save"),
    path("read/<uuid:story>/open/", views.unlock, name="unlock"),
    path("read/<uuid:story>/give/", views.give, name="give"),
    path("read/<uuid:story>/forget/", views.forget, name="forget"),
    path("read/<uuid:story>/progress/", views.progress, name="progress"),
    path("gift/<str:token>/", views.gift, name="gift"),
]
