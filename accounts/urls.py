"""Addresses under /account/."""

from django.urls import path

from accounts import entering, refusing_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.notice_list, name="notices"),
    path("details/", views.details, name="details"),
    path("details/letters/", refusing_views.choose, name="letters"),
    path("letters/stop/<str:token>/", refusing_views.stop, name="stop"),
    path("ways/", views.ways, name="ways"),
    path("ways/out/", views.sign_out_device, name="sign_out_device"),
    path("visit/end/", views.visit_end, name="visit_end"),
    path("ways/again/", entering.again, name="again"),
    path("login/letter/<str:token>/", entering.by_link, name="link"),
    path("data/", views.data, name="data"),
    path("data/export/", views.export, name="export"),
    path("data/erase/", views.erase, name="erase"),
]
