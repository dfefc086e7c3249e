"""App billing."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """App billing."""

    name = "subscriptions.billing"
    label = "billing"
