"""The staff's view of members."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers columns, filters, activity, export, erasure and the sweep for long work."""

    name = "membership.people"
    label = "people"

    def ready(self) -> None:
        """Register with the ground floor's lists."""
        from membership.people import registrations

        registrations.register()
