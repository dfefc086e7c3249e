"""Who you are."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the account's own panels, export and erasure."""

    name = "accounts"

    def ready(self) -> None:
        """Register with the ground floor's lists."""
        from accounts import receivers, registrations  # noqa: F401

        registrations.register()
