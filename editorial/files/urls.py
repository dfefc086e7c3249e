"""`/files/<key>/<name>`."""

from django.urls import URLPattern, path

from editorial.files import views

app_name = "files"
urlpatterns: list[URLPattern] = [path("<str:key>/<path:name>", views.serve, name="serve")]
