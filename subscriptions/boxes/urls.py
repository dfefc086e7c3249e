"""Addresses under /boxes/."""

from django.urls import path

from subscriptions.boxes import views

app_name = "boxes"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/skip/<int:cycle>/", views.skip, name="skip"),
    path("<int:pk>/unskip/<int:cycle>/", views.unskip, name="unskip"),
    path("<int:pk>/address/", views.address, name="address"),
]
