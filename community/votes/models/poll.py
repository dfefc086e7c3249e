"""Polls in rooms: a question that hangs on a message, its answers, and who chose which."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from community.models import Message


class Poll(models.Model):
    """A question asked in a room. Its moments are real time. `stale`: what the room shows is behind the votes; this is
    the row by which the sweep finds that it has to be published."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="poll")
    question = models.CharField(max_length=200)
    several = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    stale = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["published_at"], condition=models.Q(stale=True), name="votes_poll_stale"),
            models.Index(fields=["closes_at"], condition=models.Q(closed_at=None), name="votes_poll_closes"),
        ]

    def __str__(self) -> str:
        return self.question

    def closed(self, now: datetime | None = None) -> bool:
        """True from the closing moment on, whether or not the sweep has come by."""
        if self.closed_at is not None:
            return True
        return self.closes_at is not None and (now or timezone.now()) >= self.closes_at


class Choice(models.Model):
    """An answer that can be chosen."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="choices")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=80)

    class Meta:
        ordering = ["poll", "order"]
        constraints = [models.UniqueConstraint(fields=["poll", "order"], name="votes_choice_in_order")]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """An account chose an answer. `single` is the poll's (one answer only), kept here so that the table can refuse a second."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    choice = models.ForeignKey(Choice, models.CASCADE, related_name="votes")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    single = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "account", "choice"], name="votes_one_row_for_a_choice"),
            models.UniqueConstraint(
                fields=["poll", "account"], condition=models.Q(single=True), name="votes_one_answer_where_one_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in poll {self.poll_id}"
