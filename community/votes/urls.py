"""`/<language>/groups/<group>/elections/…`."""

from django.urls import URLPattern, path

from community.votes import views

app_name = "votes"
urlpatterns: list[URLPattern] = [
    path("<slug:group>/elections/", views.elections, name="elections"),
    path("<slug:group>/elections/new/", views.call, name="call"),
    path("<slug:group>/elections/<int:pk>/", views.election, name="election"),
]
