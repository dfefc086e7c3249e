"""`/<language>/polls/<id>/`."""

from django.urls import URLPattern, path

from editorial.polls import views

app_name = "polls"
urlpatterns: list[URLPattern] = [path("<int:poll_id>/", views.vote, name="vote")]
