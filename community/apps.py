"""App community."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """App community."""

    name = "community"
