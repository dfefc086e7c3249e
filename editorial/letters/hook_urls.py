"""Addresses under /mail/hooks/, where mail providers tell of bounces and complaints."""

from django.urls import path

from editorial.letters import hooks

urlpatterns = [path("<slug:provider>/", hooks.provider, name="mail_hook")]
