"""App editorial."""

from django.apps import AppConfig


class EditorialConfig(AppConfig):
    """App editorial."""

    name = "editorial"
