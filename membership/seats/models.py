"""A block of seats, who sits on them, who is invited, and which domains may come by themselves."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from membership.models import Tier
from membership.seats.enums import Invited


class SeatBlock(models.Model):
    """So many seats of one tier, owned by whoever pays. What pays is the source; the same source is the same block.

    `choose_by`: there are more people than seats, and until then the owner chooses who stays.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="seat_blocks")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    overdue_since = models.DateTimeField(null=True)
    choose_by = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("block of seats")
        verbose_name_plural = _("blocks of seats")
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id"], name="seat_block_once"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="seat_block_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["choose_by"], name="seat_block_choosing")]

    def __str__(self) -> str:
        return f"{self.seats} × {self.tier_id}"


class SeatHolder(models.Model):
    """Somebody on a seat. `number` is which one: the database lets no two sit on it, and nobody sit twice."""

    block = models.ForeignKey(SeatBlock, models.CASCADE, related_name="holders")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_seats")
    number = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["taken_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], condition=Q(released_at=None), name="seat_taken_once"),
            models.UniqueConstraint(fields=["block", "account"], condition=Q(released_at=None), name="sits_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seat_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.block_id}/{self.number}"


class Invitation(models.Model):
    """An invitation to one e-mail. Of its token only a hash is kept."""

    block = models.ForeignKey(SeatBlock, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=Invited.choices, default=Invited.WAITING)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint("block", Lower("email"), condition=Q(state="waiting"), name="seat_invited_once")
        ]
        indexes = [models.Index(fields=["block", "state"], name="seat_invitation_state")]

    def __str__(self) -> str:
        return self.email


class DomainRule(models.Model):
    """Whoever has a verified address at this domain may take a seat without an invitation."""

    block = models.ForeignKey(SeatBlock, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "domain"], name="seat_domain_once")]
        indexes = [models.Index(fields=["domain"], name="seat_domain")]

    def __str__(self) -> str:
        return self.domain
