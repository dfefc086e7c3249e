"""What lies in each box: survey, rules, drafts, review."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """What lies in each box: survey, rules, drafts, review."""

    name = "subscriptions.curation"
    label = "curation"
    verbose_name = "Curation"

    def ready(self) -> None:
        """Register with the ground floor's lists and the hooks below."""
        from subscriptions.curation import registrations

        registrations.register()
