"""Rooms, the numbered log of what happened in them, and people's seats."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import reserved
from community.enums import SIGNED_IN, RoomState
from community.models.group import Group
from ground.localized import Localized

COUNTERS = frozenset({"last_seq", "last_no", "oldest_seq", "epoch"})


class Room(models.Model):
    """A place to talk. `last_seq` numbers everything visible, `last_no` the messages; both grow under the row's lock."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="rooms")
    slug = models.SlugField(max_length=60)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    about_zh = models.CharField(_("about, in Chinese"), max_length=300, blank=True)
    about_en = models.CharField(_("about, in English"), max_length=300, blank=True)
    read_key = models.CharField(
        _("who reads"), max_length=80, blank=True, default=SIGNED_IN, help_text=_("An entitlement; empty: everybody.")
    )
    write_key = models.CharField(
        _("who writes"), max_length=80, blank=True, help_text=_("An entitlement; empty: every account that may read.")
    )
    listed = models.BooleanField(_("listed"), default=True)
    state = models.CharField(_("state"), max_length=12, choices=RoomState.choices, default=RoomState.OPEN)
    slow_seconds = models.PositiveSmallIntegerField(_("seconds between two messages of one person"), default=0)
    keeps_days = models.PositiveSmallIntegerField(
        _("keeps messages for days"), default=0, help_text=_("0: for ever. Older ones are erased every night.")
    )
    subject_key = models.CharField(_("what it is about"), max_length=120, blank=True, db_index=True)
    order = models.PositiveSmallIntegerField(_("order"), default=50)
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    last_seq = models.PositiveBigIntegerField(default=0, editable=False)
    last_no = models.PositiveBigIntegerField(default=0, editable=False)
    oldest_seq = models.PositiveBigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    name = Localized("name")
    about = Localized("about")

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "slug"], name="community_room_slug_in_group"),
            models.CheckConstraint(
                condition=models.Q(last_no__lte=models.F("last_seq")), name="community_no_within_seq"
            ),
        ]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A form that was opened before the last message must not put the numbers back: they are never saved here."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = [
                f.name for f in self._meta.concrete_fields if not f.primary_key and f.name not in COUNTERS
            ]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("community:room", args=[self.group.slug, self.slug])

    def clean(self) -> None:
        super().clean()
        reserved.refuse(self.slug, reserved.ROOMS)

    @property
    def subject(self) -> str:
        """How other parts point at this room."""
        return f"room:{self.pk}"


class RoomEvent(models.Model):
    """One numbered thing that happened in a room. Appended only; payloads of hidden or deleted text are blanked."""

    pk = models.CompositePrimaryKey("room_id", "seq")
    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey("community.Message", models.SET_NULL, null=True, related_name="events")
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.kind}"


class Seat(models.Model):
    """Somebody's place in a room: how far they have read. Unread is `room.last_no - last_read_no`."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="seats")
    last_read_no = models.PositiveBigIntegerField(default=0)
    muted = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "room"], name="community_one_seat_in_a_room")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.room_id}, read to {self.last_read_no}"
