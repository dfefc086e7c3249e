"""What members pay for."""

from django.apps import AppConfig
from django.conf import settings


class BillingConfig(AppConfig):
    """Billing on Stripe."""

    name = "subscriptions.billing"
    label = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        """Register with the ground floor's lists; follow the sandbox's clock in development."""
        from subscriptions.billing import clockwork, registrations

        registrations.register()
        if settings.STRIPE_SANDBOX and settings.ENVIRONMENT.env == "development":
            clockwork.install()
