"""What may lie in a compartment, and what instead."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.boxes.models import BoxVariant, CycleSlot, Item


class SlotChoice(models.Model):
    """A candidate of a slot beside the item that the edition shows; with a variant, for that variant alone.

    A row for the shown item itself says for which variant that one is.
    """

    slot = models.ForeignKey(CycleSlot, models.CASCADE, related_name="choices", db_index=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="slot_choices", verbose_name=_("item"))
    variant = models.ForeignKey(
        BoxVariant, models.PROTECT, null=True, blank=True, related_name="slot_choices", verbose_name=_("variant")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["slot", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "item", "variant"], name="candidate_once"),
            models.UniqueConstraint(
                fields=["slot", "item"], condition=models.Q(variant=None), name="candidate_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.item_id}"


class Substitute(models.Model):
    """What stands in for an item that is out of stock or must not come to somebody, first things first."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="substitutes", db_index=False)
    other = models.ForeignKey(Item, models.PROTECT, related_name="substitute_for", verbose_name=_("instead"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["item", "order", "pk"]
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        constraints = [
            models.UniqueConstraint(fields=["item", "other"], name="substitute_once"),
            models.CheckConstraint(condition=~models.Q(item=models.F("other")), name="substitute_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.other_id}"
