"""The app of readers' things."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReadersConfig(AppConfig):
    """Saved stories, the place where somebody stopped, gift links, counts of reads."""

    name = "editorial.readers"
    label = "readers"
    verbose_name = _("Readers")

    def ready(self) -> None:
        """Add to the lists of the ground floor, and fill the readers' places in kept pages."""
        from editorial.readers import corners, registrations

        registrations.register()
        corners.register()
