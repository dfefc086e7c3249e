"""Single things: numbered editions, things that go along, orders ahead."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Single things: numbered editions, things that go along, orders ahead."""

    name = "subscriptions.shop"
    label = "shop"
    verbose_name = "Shop"

    def ready(self) -> None:
        """Register with the ground floor's lists and the hooks below."""
        from subscriptions.shop import registrations

        registrations.register()
