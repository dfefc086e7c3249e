"""Addresses under /account/seats/."""

from django.urls import path

from membership.seats import views

app_name = "seats"
urlpatterns = [
    path("", views.home, name="home"),
    path("accept/<str:token>/", views.accept, name="accept"),
    path("person/<int:pk>/<slug:what>/", views.person, name="person"),
    path("invitation/<int:pk>/<slug:what>/", views.invitation, name="invitation"),
    path("<uuid:block>/invite/", views.invite, name="invite"),
    path("<uuid:block>/domain/", views.domain, name="domain"),
    path("<uuid:block>/take/", views.take, name="take"),
]
