"""The votes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotesConfig(AppConfig):
    """Polls in rooms and elections in groups."""

    name = "community.votes"
    label = "votes"
    verbose_name = _("Votes")

    def ready(self) -> None:
        """Add to the lists of the lower floors."""
        from community.votes import registrations

        registrations.register()
