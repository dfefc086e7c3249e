"""What things are like, and what readers say of that."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from subscriptions.boxes.models import Item
from subscriptions.curation.enums import Answer, TraitKind


class Trait(models.Model):
    """A property that readers are asked about: wool, alcohol, blue."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    words_zh = models.CharField(_("words (Chinese)"), max_length=160, blank=True)
    words_en = models.CharField(_("words (English)"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=TraitKind.choices, default=TraitKind.TASTE)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("asked"), default=True)

    name = Localized("name")
    words = Localized("words")

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "order", "slug"]
        verbose_name = _("trait")
        verbose_name_plural = _("traits")

    def __str__(self) -> str:
        return str(self.name)


class ItemTrait(models.Model):
    """This item has this trait."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="traits")
    trait = models.ForeignKey(Trait, models.PROTECT, related_name="items", verbose_name=_("trait"))

    class Meta:
        verbose_name = _("trait of an item")
        verbose_name_plural = _("traits of items")
        constraints = [models.UniqueConstraint(fields=["item", "trait"], name="trait_once_on_an_item")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.trait_id}"


class Stance(models.Model):
    """What a reader says of a trait. No row: nothing said."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stances", db_index=False)
    trait = models.ForeignKey(Trait, models.CASCADE, related_name="stances")
    stance = models.CharField(max_length=5, choices=Answer.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "trait"], name="one_stance_on_a_trait")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.stance} {self.trait_id}"
