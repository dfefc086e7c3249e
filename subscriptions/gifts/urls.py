"""Addresses under /gifts/."""

from django.urls import path

from subscriptions.gifts import views

app_name = "gifts"
urlpatterns = [path("", views.index, name="index"), path("claim/", views.claim, name="claim")]
