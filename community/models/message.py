"""Messages and what hangs on them: revisions, reactions, mentions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.enums import Gone, Reason
from community.models.room import Room


class Message(models.Model):
    """What somebody said. `no` orders it in the room, `rev` is the seq of its last change; ids are taken under the room's
    lock, so they stand in the order of saying, too. What is said under another message (`thread`, one level) has no `no`.

    `parts` is what hangs on it, as it goes over the wire (`community.parts`).
    A deleted one keeps its number and loses its text; a hidden one keeps the text for moderators only.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    no = models.PositiveBigIntegerField(null=True)
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="under", db_index=False)
    rev = models.PositiveBigIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField()
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    parts = models.JSONField(default=list, db_default=[], blank=True)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    gone = models.CharField(max_length=8, choices=Gone.choices, blank=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    pinned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["room", "no"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "client_id"], name="community_one_message_per_cid"),
            models.UniqueConstraint(fields=["room", "no"], name="community_message_no_in_room"),
            models.CheckConstraint(
                condition=models.Q(no=None, thread__isnull=False) | models.Q(no__isnull=False, thread=None),
                name="community_no_or_thread",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "pinned_at"], name="community_pins"),
            models.Index(fields=["thread", "id"], name="community_in_thread", condition=~models.Q(thread=None)),
        ]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.room_id}#{self.ref}"

    def get_absolute_url(self) -> str:
        """Where it can be read. Bring `room__group` and `thread` along."""
        url = self.room.get_absolute_url()
        return f"{url}t/{self.thread.no}/#{self.anchor}" if self.thread else f"{url}?at={self.no}#{self.anchor}"

    @property
    def ref(self) -> str:
        """How addresses name it: by its number in the room, or by itself where it has none."""
        return str(self.no) if self.no is not None else f"r{self.pk}"

    @property
    def anchor(self) -> str:
        """The name of its place on a page."""
        return f"m{self.no}" if self.no is not None else self.ref

    @property
    def subject(self) -> str:
        """How reports point at this message."""
        return f"message:{self.pk}"

    @property
    def is_tombstone(self) -> bool:
        return self.deleted_at is not None or self.hidden_at is not None


class Revision(models.Model):
    """A former text of a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="revisions")
    rev = models.PositiveBigIntegerField()
    body = models.TextField()
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    client_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "rev"], name="community_revision_of_message"),
            models.UniqueConstraint(fields=["editor", "client_id"], name="community_one_edit_per_cid"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}@{self.rev}"


class Reaction(models.Model):
    """A stamp that somebody put on a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    stamp = models.CharField(max_length=4)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "account", "stamp"], name="community_one_stamp_each"),
        ]

    def __str__(self) -> str:
        return f"{self.stamp} on {self.message_id}"


class Mention(models.Model):
    """Somebody was named in a message."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    no = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "room", "no"], name="community_one_mention")]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.room_id}#{self.no}"
