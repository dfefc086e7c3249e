"""What an account may do."""

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    """Registers the membership card, export, erasure and the demo's tiers."""

    name = "membership"

    def ready(self) -> None:
        """Register with the ground floor's lists."""
        from membership import checks, receivers, registrations

        assert checks  # Django collects them on import
        receivers.connect()
        registrations.register()
