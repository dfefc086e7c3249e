"""The community app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    """Groups, rooms, live chat and moderation."""

    name = "community"
    verbose_name = _("Community")

    def ready(self) -> None:
        """Connect the receivers and add to the lists of the ground floor."""
        from community import receivers  # noqa: F401
        from community.registrations import register

        register()
