"""How people come into groups that are not open to everybody, and the rules that counted when."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.enums import AskState
from community.models.group import Group
from ground.localized import Localized


def new_token() -> str:
    """22 signs that nobody guesses."""
    return secrets.token_urlsafe(16)


class GroupRequest(models.Model):
    """Somebody asks to come in."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="requests")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=AskState.choices, default=AskState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "account"], condition=models.Q(state=AskState.WAITING), name="community_asks_once"
            ),
        ]
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")

    def __str__(self) -> str:
        return f"{self.account_id} asks for {self.group_id}"


class GroupInvite(models.Model):
    """A link that lets some people in; it ends by its time, by its number, or by being taken back."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="invites")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    most = models.PositiveSmallIntegerField(default=1)
    used = models.PositiveSmallIntegerField(default=0)
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(used__lte=models.F("most")), name="community_invite_most")
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.most} into {self.group_id}"


class GroupRules(models.Model):
    """House rules as they counted from a moment on."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="rules_history")
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    since = models.DateTimeField()

    text = Localized("text")

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self.group_id} since {self.since:%Y-%m-%d}"
