"""Elections of a group, and polls of a room."""

from django.urls import URLPattern, path

from community.votes import poll_views, views

app_name = "votes"
urlpatterns: list[URLPattern] = [
    path("<slug:group>/elections/", views.elections, name="elections"),
    path("<slug:group>/elections/new/", views.call, name="call"),
    path("<slug:group>/elections/<int:pk>/", views.election, name="election"),
    path("<slug:group>/<slug:room>/ask/", poll_views.ask, name="ask"),
    path("<slug:group>/<slug:room>/polls/<int:pk>/", poll_views.poll, name="poll"),
]
