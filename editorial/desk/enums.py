"""Words of the desk that are kept in rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Need(models.TextChoices):
    """What a story lacks to be published."""

    SECOND_EDITOR = "second editor", _("A second editor has to agree to this version: submit it to the second editor.")
    SOURCE = "source", _("A story on science needs a source: add one to its notes and sources.")
    REVIEWER = "reviewer", _("A story on science needs somebody who has reviewed it: add them to the credits.")
