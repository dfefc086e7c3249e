"""Addresses."""

app_name = "billing"
urlpatterns: list = []
