"""The push app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PushConfig(AppConfig):
    """Devices that are told, and what they are to be told."""

    name = "accounts.push"
    label = "push"
    verbose_name = _("Word on devices")

    def ready(self) -> None:
        """Add to the lists of the ground floor, listen to sign-outs."""
        from accounts.push import receivers  # noqa: F401
        from accounts.push.registrations import register

        register()
