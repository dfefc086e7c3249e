"""The app of the site search's index."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PassagesConfig(AppConfig):
    """Passages: the words of pages, each with the rights that it takes to read them."""

    name = "editorial.passages"
    label = "passages"
    verbose_name = _("Site search")

    def ready(self) -> None:
        """Keep the index true to what is published, and answer the search."""
        from editorial.passages import receivers, registrations

        receivers.connect()
        registrations.register()
