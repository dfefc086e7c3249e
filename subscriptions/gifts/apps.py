"""Memberships that are given."""

from django.apps import AppConfig


class GiftsConfig(AppConfig):
    """Gifts: paid once, opened with a code."""

    name = "subscriptions.gifts"
    label = "gifts"
    verbose_name = "Gifts"

    def ready(self) -> None:
        """Register with the ground floor's lists and billing's hooks."""
        from subscriptions.gifts import registrations

        registrations.register()
