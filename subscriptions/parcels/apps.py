"""From the packing table to the doorstep."""

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    """From the packing table to the doorstep."""

    name = "subscriptions.parcels"
    label = "parcels"
    verbose_name = "Parcels"

    def ready(self) -> None:
        """Register with the ground floor's lists and the hooks below."""
        from subscriptions.parcels import registrations

        registrations.register()
