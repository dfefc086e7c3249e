"""The address /account/letters/."""

from django.urls import path

from editorial.letters import views

urlpatterns = [path("", views.choices, name="letter_choices")]
