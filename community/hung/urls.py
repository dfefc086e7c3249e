"""Addresses of files, below their room's."""

from django.urls import URLPattern, path

from community.hung import views

app_name = "hung"
urlpatterns: list[URLPattern] = [
    path("<slug:group>/<slug:room>/files", views.upload, name="upload"),
    path("<slug:group>/<slug:room>/files/<uuid:key>/alt", views.describe, name="describe"),
    path("<slug:group>/<slug:room>/files/<uuid:key>/small/picture.webp", views.serve_small, name="small"),
    path("<slug:group>/<slug:room>/files/<uuid:key>/<str:name>", views.serve, name="serve"),
]
