"""The digest app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DigestConfig(AppConfig):
    """The week's letter."""

    name = "community.digest"
    label = "digest"
    verbose_name = _("The week's letter")

    def ready(self) -> None:
        """Add to the lists of the ground floor."""
        from community.digest.registrations import register

        register()
