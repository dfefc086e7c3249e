"""Uploads, and links that are to be looked up."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.hung.enums import MOST_ALT, THUMB, FileKind
from community.hung.pictures import fit
from community.models import Message, Room


def private_storage() -> Storage:
    """Never under a public address: `community.hung.views.serve` is the only way out."""
    return storages["private"]


class Upload(models.Model):
    """A file that somebody brought into a room: first alone, then bound to a message.

    Its content is gone when `gone_at` is set; the row stays for a day, because the day's measure counts it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    bound_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=8, choices=FileKind)
    name = models.CharField(max_length=100)
    alt = models.CharField(max_length=MOST_ALT, blank=True)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    file = models.FileField(storage=private_storage, upload_to="hung/%Y/%m")
    thumb = models.FileField(storage=private_storage, upload_to="hung/%Y/%m", blank=True)
    thumb_due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "created_at"], name="hung_day_of_owner"),
            models.Index(fields=["created_at"], condition=models.Q(message=None), name="hung_alone"),
            models.Index(fields=["thumb_due_at"], condition=~models.Q(thumb_due_at=None), name="hung_thumb_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(message=None) | models.Q(bound_at__isnull=False), name="hung_bound_has_its_time"
            ),
        ]
        verbose_name = _("file in a room")
        verbose_name_plural = _("files in rooms")

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    @property
    def path(self) -> str:
        """Its address below its room's."""
        return f"files/{self.key}/{self.name}"

    @property
    def thumb_path(self) -> str:
        """The small picture's address below its room's, empty while there is none."""
        return f"files/{self.key}/small/picture.webp" if self.thumb else ""

    def part(self) -> dict[str, Any]:
        """As it hangs on a message: the same for everybody."""
        small = fit(self.width, self.height, THUMB) if self.kind == FileKind.PICTURE else (0, 0)
        return {
            "kind": "file", "id": self.pk, "type": self.kind, "name": self.name, "alt": self.alt, "size": self.size,
            "path": self.path, "w": self.width, "h": self.height, "thumb": self.thumb_path, "tw": small[0], "th": small[1],
        }  # fmt: skip


class LinkJob(models.Model):
    """A message whose links are to be looked up. The row goes when that is done; an edit sets it anew."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    turn = models.UUIDField(default=uuid.uuid4)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"links of {self.message_id}"


class Page(models.Model):
    """What an address of the open web said about itself when it was last asked; without words where it said nothing."""

    digest = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=400, blank=True)
    site = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.title or self.digest[:12]
