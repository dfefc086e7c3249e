"""What arrives at the door."""

from django.apps import AppConfig


class BoxesConfig(AppConfig):
    """Boxes on top of billing."""

    name = "subscriptions.boxes"
    label = "boxes"
    verbose_name = "Boxes"

    def ready(self) -> None:
        """Register with the ground floor's lists and billing's hooks."""
        from subscriptions.boxes import registrations

        registrations.register()
