"""Addresses under /demo/mail/."""

from django.urls import path

from accounts import mailbox_views

urlpatterns = [
    path("", mailbox_views.letters, name="mailbox"),
    path("<str:name>/", mailbox_views.letter, name="mailbox-letter"),
    path("<str:name>/html/", mailbox_views.letter_html, name="mailbox-letter-html"),
]
