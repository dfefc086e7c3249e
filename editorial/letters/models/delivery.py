"""To whom a letter goes, in which batch, and the bodies that were made for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from editorial.letters.enums import BatchState, DeliveryState, Exclusion
from editorial.letters.models.campaign import Campaign


class Rendering(models.Model):
    """A letter's body in one language for one set of rights, made once and the same for everybody who has these.

    `rights` is the sorted keys, of those that the letter asks for, with spaces between.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="renderings")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    rights = models.CharField(max_length=400, blank=True)
    subject = models.CharField(max_length=200)
    html = models.TextField()
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "language", "rights"], name="letters_one_body_per_rights")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.language} [{self.rights}]"


class Batch(models.Model):
    """Deliveries that one worker hands over. `claim` names the worker's turn; whoever does not hold it writes nothing.

    `beat_at` is when the worker last noted a step, by real time: a claim without a beat is of a worker that died.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.QUEUED)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=250, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="letters_batch_once"),
            models.CheckConstraint(
                condition=Q(state=BatchState.SUBMITTING) ^ Q(claim__isnull=True), name="letters_claim_while_submitting"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="letters_batch_due", condition=Q(state__in=["queued", "submitting"]))
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} / {self.number}"


class Delivery(models.Model):
    """One letter to one account: never twice, by constraint. An erased account leaves its number behind, not itself."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="letter_deliveries")
    language = models.CharField(max_length=10)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="deliveries")
    rendering = models.ForeignKey(Rendering, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    reason = models.CharField(max_length=12, choices=Exclusion.choices, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "account"], name="letters_never_twice"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.EXCLUDED) ^ Q(reason=""), name="letters_excluded_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SUBMITTED) ^ Q(submitted_at__isnull=True),
                name="letters_submitted_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state"], name="letters_of_batch"),
            models.Index(fields=["campaign", "state", "reason"], name="letters_of_campaign"),
            models.Index(F("address_hash"), F("submitted_at").desc(), name="letters_to_address"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} to {self.account_id}"
