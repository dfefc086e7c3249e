"""App boxes."""

from django.apps import AppConfig


class BoxesConfig(AppConfig):
    """App boxes."""

    name = "subscriptions.boxes"
    label = "boxes"
