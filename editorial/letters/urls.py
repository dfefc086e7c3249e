"""Addresses under /letters/."""

from django.urls import path

from editorial.letters import views

app_name = "letters"
urlpatterns = [
    path("leave/<str:token>/", views.leave, name="leave"),
    path("<slug:slug>/", views.letter, name="letter"),
]
