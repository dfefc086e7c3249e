"""The polls app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    """Questions to readers."""

    name = "editorial.polls"
    label = "polls"
    verbose_name = _("Polls")

    def ready(self) -> None:
        """Add to the ground floor's lists, and fill the polls' places in pages."""
        from editorial.polls import registrations

        registrations.register()
