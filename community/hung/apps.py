"""The app of what hangs on messages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HungConfig(AppConfig):
    """Files, previews of links, cards."""

    name = "community.hung"
    label = "hung"
    verbose_name = _("What hangs on messages")

    def ready(self) -> None:
        """Add to the lists of the ground floor and to the community's parts."""
        from community.hung import registrations

        registrations.register()
