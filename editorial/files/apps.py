"""The files app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Files beside the pictures."""

    name = "editorial.files"
    label = "files"
    verbose_name = _("Files")

    def ready(self) -> None:
        """Keep the placements true, and add to the ground floor's lists."""
        from editorial.files import placing, registrations

        placing.connect()
        registrations.register()
