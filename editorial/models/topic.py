"""What stories are about."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet

from ground.localized import Localized


@register_snippet
class Topic(models.Model):
    """A subject such as celadon; one row for both languages."""

    slug = models.SlugField(_("key"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=40)

    name = Localized("name")
    panels: ClassVar = [FieldPanel("slug"), FieldPanel("name_zh"), FieldPanel("name_en")]

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return str(self.name)
