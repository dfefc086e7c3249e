"""Addresses under /boxes/."""

from django.urls import path

from subscriptions.boxes import letters, mine, views

app_name = "boxes"
urlpatterns = [
    path("", views.index, name="index"),
    path("all/", views.everything, name="plans"),
    path("plans/<slug:slug>/", views.plan, name="plan"),
    path("plans/<slug:slug>/<slug:period>/", views.edition, name="edition"),
    path("mine/", mine.home, name="mine"),
    path("letter/<str:token>/", letters.letter, name="letter"),
    path("rate/<int:number>/", mine.rate, name="rate"),
    path("<int:pk>/skip/<int:cycle>/", mine.skip, name="skip"),
    path("<int:pk>/unskip/<int:cycle>/", mine.unskip, name="unskip"),
    path("<int:pk>/address/", mine.address, name="address"),
    path("<int:pk>/usual-address/", mine.usual_address, name="usual_address"),
    path("<int:pk>/variant/", mine.variant, name="variant"),
    path("<int:pk>/credits/", mine.credits, name="credits"),
]
