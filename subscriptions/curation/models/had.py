"""The record behind "never the same thing twice"."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.models import Item
from subscriptions.curation.enums import HadFrom


class Had(models.Model):
    """This person has this item, from wherever: it does not come in a box again. A dozen million rows are usual, so
    one index carries it: it is asked by account and item only."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    source = models.CharField(max_length=4, choices=HadFrom.choices, default=HadFrom.BOX)

    class Meta:
        verbose_name = _("thing that somebody has")
        verbose_name_plural = _("things that people have")
        constraints = [models.UniqueConstraint(fields=["account", "item"], name="had_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.item_id}"
