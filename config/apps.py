"""The composition's own app: only its system checks and its management commands."""

from datetime import datetime

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks that stop a bad start."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Import the checks (Django collects them on import); let the sweep publish what is scheduled."""
        from config import checks  # noqa: F401
        from ground.registry import DueWork, due_work

        due_work.register(DueWork("publishing", publish_scheduled, order=10))


def publish_scheduled(now: datetime) -> int:
    """Publish and take down pages whose date has come, by real time; Wagtail's own command does it."""
    from django.core.management import call_command

    call_command("publish_scheduled", verbosity=0)
    return 0
