"""Staff's bulk work, forecast and figures of boxes."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Staff's bulk work, forecast and figures of boxes."""

    name = "subscriptions.board"
    label = "board"
    verbose_name = "Board"

    def ready(self) -> None:
        """Register with the ground floor's lists and the hooks below."""
        from subscriptions.board import registrations

        registrations.register()
