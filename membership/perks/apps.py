"""What the house owes its members."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerksConfig(AppConfig):
    """Perks, obligations and birthdays."""

    name = "membership.perks"
    label = "perks"
    verbose_name = _("Perks")

    def ready(self) -> None:
        """Register with the ground floor's lists."""
        from membership.perks import registrations

        registrations.register()
