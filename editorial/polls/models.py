"""A question, its answers, and who chose which."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from editorial import audiences
from ground.localized import Localized
from membership.keys import ACCOUNT


class Poll(ClusterableModel):
    """One question for both languages; `requires` opens the voting, reading the question needs nothing but its place."""

    key = models.SlugField(_("key"), unique=True)
    question_zh = models.CharField(_("question (Chinese)"), max_length=160)
    question_en = models.CharField(_("question (English)"), max_length=160)
    requires = audiences.AudienceField(
        _("who may vote"), max_length=80, default=ACCOUNT, choices=audiences.block_choices
    )
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True, help_text=_("Empty: it stays open."))

    question = Localized("question")
    panels: ClassVar = [
        FieldPanel("key"),
        FieldPanel("question_zh"),
        FieldPanel("question_en"),
        FieldRowPanel([FieldPanel("requires"), FieldPanel("closes_at")]),
        InlinePanel("options", heading=_("Answers"), label=_("answer"), min_num=2, max_num=8),
    ]

    class Meta:
        ordering: ClassVar[list[str]] = ["key"]
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self) -> str:
        return str(self.question)

    def closed(self, now: datetime) -> bool:
        """True from the closing moment on."""
        return self.closes_at is not None and now >= self.closes_at


class Option(Orderable):
    """An answer that can be chosen."""

    poll = ParentalKey(Poll, on_delete=models.CASCADE, related_name="options")
    label_zh = models.CharField(_("answer (Chinese)"), max_length=120)
    label_en = models.CharField(_("answer (English)"), max_length=120)

    label = Localized("label")
    panels: ClassVar = [FieldPanel("label_zh"), FieldPanel("label_en")]

    class Meta(Orderable.Meta):
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self) -> str:
        return str(self.label)


class Vote(models.Model):
    """What an account chose; one row for a poll and an account, whatever happens at once."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    option = models.ForeignKey(Option, models.CASCADE, related_name="votes")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    voted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["poll", "account"], name="poll_vote_once")]
        indexes: ClassVar = [models.Index(fields=["poll", "option"], name="poll_vote_count")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.poll_id}"

    def chose(self, option: Any) -> bool:
        """True for the option of this vote."""
        return bool(self.option_id == option.pk)
