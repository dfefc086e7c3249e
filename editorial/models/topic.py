"""What stories are about."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from ground.localized import Localized


class Topic(models.Model):
    """A subject such as celadon; one row for both languages."""

    slug = models.SlugField(_("key"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=40)

    sensitive = models.BooleanField(
        _("sensitive"), default=False,
        help_text=_("History, nation, religion: a story on it is published only after a second editor has agreed."),
    )  # fmt: skip
    science = models.BooleanField(
        _("science"), default=False,
        help_text=_("A story on it is published only with a source and a reviewer."),
    )  # fmt: skip

    name = Localized("name")
    panels: ClassVar = [
        FieldPanel("slug"),
        FieldPanel("name_zh"),
        FieldPanel("name_en"),
        FieldPanel("sensitive"),
        FieldPanel("science"),
    ]

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return str(self.name)
