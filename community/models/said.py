"""The index of what was said: the words of messages that stand, cut so that Chinese is found on every database."""

from django.db import models

from community.models.message import Message
from community.models.room import Room


class SaidWords(models.Model):
    """Words of one message, between spaces. Gone as soon as the message is a tombstone."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="words")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    terms = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["room", "-message"], name="community_said_in_room")]

    def __str__(self) -> str:
        return f"words of {self.message_id}"
