"""The editorial app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """Pages, stories, the wall, feeds and the search of stories."""

    name = "editorial"
    verbose_name = _("Editorial")

    def ready(self) -> None:
        """Connect the receivers and add to the lists of the ground floor."""
        from editorial import receivers, uploads
        from editorial.registrations import register

        receivers.connect()
        uploads.connect()
        register()
