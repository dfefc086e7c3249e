"""How long a right stands while its money is missing."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="date")
class GraceSetting(BaseGenericSetting):
    """One row: days of grace per kind of right, counted from the day on which the payment was missed."""

    reading_days = models.PositiveSmallIntegerField(
        _("stories and everything else of a tier"), default=14,
        help_text=_("Days that a member goes on reading after a payment failed. Nought: it ends at once."),
    )  # fmt: skip
    room_days = models.PositiveSmallIntegerField(
        _("rooms"), default=14,
        help_text=_("Days that a member goes on listening. Speaking stops on the first day, whatever stands here."),
    )  # fmt: skip
    box_days = models.PositiveSmallIntegerField(
        _("boxes"), default=0, help_text=_("A box that is not paid for is not packed; nought is the usual.")
    )

    panels: ClassVar = [FieldPanel("reading_days"), FieldPanel("room_days"), FieldPanel("box_days")]

    class Meta:
        verbose_name = _("days of grace")
