"""Addresses under /account/."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.notice_list, name="notices"),
    path("details/", views.details, name="details"),
    path("data/", views.data, name="data"),
    path("data/export/", views.export, name="export"),
    path("data/erase/", views.erase, name="erase"),
]
