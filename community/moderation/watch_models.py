"""Watched words, and messages that wait for a person because of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.enums import HeldState, WatchAct


class WatchedWord(models.Model):
    """A word or phrase, and what happens to a message that has it. Without a group it counts everywhere."""

    pattern = models.CharField(
        _("word or phrase"),
        max_length=80,
        help_text=_("A * at the end also finds longer words. Hidden spellings are found too."),
    )
    act = models.CharField(_("what happens"), max_length=6, choices=WatchAct.choices, default=WatchAct.HOLD)
    group = models.ForeignKey(
        "community.Group", models.CASCADE, null=True, blank=True, related_name="watched_words", verbose_name=_("group"),
        help_text=_("Empty: in all rooms."),
    )  # fmt: skip
    note = models.CharField(_("why"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["pattern"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "group"], name="community_word_once", nulls_distinct=False),
        ]
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")

    def __str__(self) -> str:
        return self.pattern


class HeldMessage(models.Model):
    """A message that was taken in and waits for a moderator: it has no number yet, and gets one on approval.

    `client_id` is its cid: sending it again finds it here, so that it is neither said twice nor held twice.
    """

    room = models.ForeignKey("community.Room", models.CASCADE, related_name="held")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client_id = models.UUIDField()
    body = models.TextField()
    reply_to = models.ForeignKey("community.Message", models.SET_NULL, null=True, related_name="+")
    thread = models.ForeignKey("community.Message", models.CASCADE, null=True, related_name="+")  # never said elsewhere
    att = models.JSONField(default=list, db_default=[], blank=True)
    word = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=8, choices=HeldState.choices, default=HeldState.WAITING)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    message = models.OneToOneField("community.Message", models.SET_NULL, null=True, related_name="held")
    sanction = models.OneToOneField("community.Sanction", models.SET_NULL, null=True, related_name="held")

    hung: Sequence[Mapping[str, Any]] = ()  # its files with their templates, where a page shows it

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["sender", "client_id"], name="community_held_once_per_cid")]
        indexes = [models.Index(fields=["room", "state", "at"], name="community_held_waiting")]
        verbose_name = _("held message")
        verbose_name_plural = _("held messages")

    def __str__(self) -> str:
        return self.body[:60]
