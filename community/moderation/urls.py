"""Addresses of decisions."""

from django.urls import path

from community.moderation import views

app_name = "decisions"
urlpatterns = [
    path("<uuid:public_id>/", views.decision, name="decision"),
    path("<uuid:public_id>/lift/", views.lift, name="lift"),
]
