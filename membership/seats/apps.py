"""Seats that somebody else pays for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeatsConfig(AppConfig):
    """Blocks of seats, invitations, domains."""

    name = "membership.seats"
    label = "seats"
    verbose_name = _("Group seats")

    def ready(self) -> None:
        """Register with the ground floor's lists."""
        from membership.seats import registrations

        registrations.register()
