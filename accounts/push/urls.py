"""Addresses of the devices' page."""

from django.urls import path

from accounts.push import views

app_name = "push"
urlpatterns = [
    path("", views.page, name="page"),
    path("on/", views.subscribe, name="subscribe"),
    path("off/", views.unsubscribe, name="unsubscribe"),
    path("remove/", views.remove, name="remove"),
    path("kinds/", views.choose, name="choose"),
]
