"""Addresses under /boxes/."""

from django.urls import path

from subscriptions.boxes import letters, views

app_name = "boxes"
urlpatterns = [
    path("", views.index, name="index"),
    path("letter/<str:token>/", letters.letter, name="letter"),
    path("<int:pk>/skip/<int:cycle>/", views.skip, name="skip"),
    path("<int:pk>/unskip/<int:cycle>/", views.unskip, name="unskip"),
    path("<int:pk>/address/", views.address, name="address"),
]
