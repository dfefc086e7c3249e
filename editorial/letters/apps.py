"""Letters to readers."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    """Newsletters: composed from stories, gated like pages, handed over once."""

    name = "editorial.letters"
    label = "letters"
    verbose_name = _("Letters")

    def ready(self) -> None:
        """Connect the receivers and add to the lists of the ground floor."""
        from editorial.letters import receivers, registrations

        receivers.connect()
        registrations.register()
        post_migrate.connect(_team, sender=self, dispatch_uid="letters.team")


def _team(**kwargs: Any) -> None:
    """The staff group that writes and sends letters; made once, theirs to change."""
    from editorial.letters.team import ensure_team

    ensure_team()
