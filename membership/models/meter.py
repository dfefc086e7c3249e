"""How much may be read without a tier."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="doc-full")
class MeterSetting(BaseGenericSetting):
    """One row: the house's number of metered reads a month."""

    DEFAULT: ClassVar[int] = 2

    free_reads = models.PositiveSmallIntegerField(
        _("members’ stories a month for every account"), default=DEFAULT,
        help_text=_("A tier may have a number of its own. Nought: nothing is opened without a tier."),
    )  # fmt: skip

    panels: ClassVar = [FieldPanel("free_reads")]

    class Meta:
        verbose_name = _("metered reads")
