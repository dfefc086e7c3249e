"""The editors' desk."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Rules of publishing, checks, the dashboard and the figures."""

    name = "editorial.desk"
    label = "desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Connect the receivers and add to the lists of the ground floor."""
        from editorial.desk import receivers, registrations

        receivers.connect()
        registrations.register()
        post_migrate.connect(_team, sender=self, dispatch_uid="desk.team")


def _team(**kwargs: Any) -> None:
    """The editors' group and their workflow; made once, theirs to change."""
    from editorial import team

    if not team.made():
        team.ensure_team()
