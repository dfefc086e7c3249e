"""Whom somebody does not want to hear."""

from django.conf import settings
from django.db import models


class Block(models.Model):
    """`account` does not hear `blocked`, anywhere; the other does not learn of it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "blocked"], name="community_block_once"),
            models.CheckConstraint(
                condition=~models.Q(account=models.F("blocked")), name="community_block_not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} does not hear {self.blocked_id}"
