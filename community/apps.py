"""The community app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
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
        post_migrate.connect(_moderators, sender=self, dispatch_uid="community.moderators")


def _moderators(**kwargs: Any) -> None:
    """The staff group that works the moderation queue, with its permissions; made once, theirs to change."""
    from community.moderation.team import ensure_team

    ensure_team()
