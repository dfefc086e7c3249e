"""The composition's own app: only its system checks and its management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks that stop a bad start."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Import the checks; Django collects them on import."""
        from config import checks  # noqa: F401
