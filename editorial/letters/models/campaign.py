"""A letter: what is in it, to whom it goes, and where it stands."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from editorial.letters.enums import FROZEN, CampaignState, Extent, StopReason
from editorial.letters.models.newsletter import Newsletter
from ground.localized import Localized

WORDS = ["bold", "italic", "link"]
ONLY_DRAFTS = _("Only a draft can be changed; take it back from the schedule first.")


class Campaign(ClusterableModel):
    """One letter of a newsletter, in both languages, to one segment.

    `candidates` is how many people were frozen as its readers; each of them ends as submitted or as excluded.
    """

    COMPOSED = ("stories", "newsletter", "segment", "slug", "subject_zh", "subject_en", "intro_zh", "intro_en",
                "closing_zh", "closing_en")  # fmt: skip

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="campaigns", verbose_name=_("newsletter"))
    slug = models.SlugField(
        _("name in addresses"), unique=True, max_length=60,
        help_text=_("Stands in the letter’s own address, and tells later which joins came of it."),
    )  # fmt: skip
    segment = models.CharField(
        _("to whom"), max_length=80, default="everybody",
        help_text=_("Always only people who chose this newsletter."),
    )  # fmt: skip
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=120)
    subject_en = models.CharField(_("subject (English)"), max_length=120)
    intro_zh = RichTextField(_("opening (Chinese)"), features=WORDS, blank=True)
    intro_en = RichTextField(_("opening (English)"), features=WORDS, blank=True)
    closing_zh = RichTextField(_("closing (Chinese)"), features=WORDS, blank=True)
    closing_en = RichTextField(_("closing (English)"), features=WORDS, blank=True)

    state = models.CharField(max_length=12, choices=CampaignState.choices, default=CampaignState.DRAFT, editable=False)
    stop_reason = models.CharField(max_length=10, choices=StopReason.choices, blank=True, editable=False)
    scheduled_at = models.DateTimeField(null=True, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    candidates = models.PositiveIntegerField(null=True, editable=False)
    left = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    subject = Localized("subject")
    intro = Localized("intro")
    closing = Localized("closing")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        permissions = [("send_campaign", "Can send letters")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=sorted(FROZEN)) | models.Q(candidates__isnull=False),
                name="letters_frozen_has_candidates",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CampaignState.SCHEDULED) | models.Q(scheduled_at__isnull=False),
                name="letters_scheduled_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state=CampaignState.STOPPED) ^ models.Q(stop_reason=""),
                name="letters_stopped_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheduled_at"],
                name="letters_due",
                condition=models.Q(state__in=["scheduled", "preparing", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def origin(self) -> str:
        """What joins carry that came of this letter; it names the letter, never the reader."""
        return f"letter:{self.slug}"

    @property
    def draft(self) -> bool:
        """True while it may be changed."""
        return self.state == CampaignState.DRAFT

    def clean(self) -> None:
        """Refuse changes to what is no draft any more."""
        super().clean()
        if not self.draft:
            raise ValidationError(ONLY_DRAFTS)

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write what editors compose, never where the letter stands: that has its own actions, and may move meanwhile."""
        if not self._state.adding:
            kwargs.setdefault("update_fields", self.COMPOSED)
            if not Campaign.objects.select_for_update().filter(pk=self.pk, state=CampaignState.DRAFT).exists():
                raise ValidationError(ONLY_DRAFTS)
        super().save(*args, **kwargs)


class CampaignStory(Orderable):
    """A story in a letter, chosen in either language: readers get it in theirs."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="stories")
    story = models.ForeignKey("editorial.StoryPage", models.CASCADE, related_name="+", verbose_name=_("story"))
    extent = models.CharField(_("how much"), max_length=6, choices=Extent.choices, default=Extent.CARD)

    panels: ClassVar = [PageChooserPanel("story", "editorial.StoryPage"), FieldPanel("extent")]

    class Meta(Orderable.Meta):
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def __str__(self) -> str:
        return str(self.story)


class CampaignEvent(models.Model):
    """What was done to a letter, by whom (`staff:<id>` or `house`), by real time."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    what = models.CharField(max_length=40)
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes = [models.Index(fields=["campaign", "-at"], name="letters_event_at")]

    def __str__(self) -> str:
        return f"{self.what} by {self.actor}"
