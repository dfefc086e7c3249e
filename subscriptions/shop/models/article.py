"""What is sold one by one."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ground.localized import Localized
from subscriptions.billing.models import Plan
from subscriptions.boxes.models import Item
from subscriptions.shop.enums import ArticleKind


class Article(models.Model):
    """A thing on sale. Its prices, its opening and its early access are its billing plan's; what lies on the shelf is
    its item's."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="articles", verbose_name=_("item"))
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="article", editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=ArticleKind.choices, default=ArticleKind.THING)
    words_zh = models.TextField(_("words (Chinese)"), max_length=1200, blank=True)
    words_en = models.TextField(_("words (English)"), max_length=1200, blank=True)
    most = models.PositiveSmallIntegerField(
        _("most for one person"), null=True, blank=True, default=2, help_text=_("Empty: as many as one likes.")
    )
    size = models.PositiveIntegerField(_("pieces in the edition"), default=0)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    early_first = models.BooleanField(
        _("early access also on the waiting list"), default=False,
        help_text=_("Holders of its early-access perk are asked before the others."),
    )  # fmt: skip
    charged_at = models.DateTimeField(_("released and charged"), null=True, blank=True)
    places = models.PositiveIntegerField(_("places to order ahead"), default=0)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    words = Localized("words")

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(condition=~Q(kind="edition") | Q(size__gt=0), name="edition_has_a_size"),
            models.CheckConstraint(
                condition=~Q(kind="ahead") | Q(charged_at__isnull=False, places__gt=0), name="ahead_has_a_day"
            ),
        ]
        indexes = [models.Index(fields=["active", "kind"], name="article_on_sale")]

    def __str__(self) -> str:
        return str(self.item.name)

    @property
    def key(self) -> str:
        """Its subject key."""
        return f"article:{self.pk}"

    @property
    def numbered(self) -> bool:
        """True when its pieces carry numbers."""
        return self.kind == ArticleKind.EDITION

    def ahead(self, now: datetime) -> bool:
        """True while it is ordered ahead; once released it is a thing like others."""
        return self.kind == ArticleKind.AHEAD and self.charged_at is not None and now < self.charged_at

    def closed(self, now: datetime) -> bool:
        """True when it is not sold any more."""
        return not self.active or (self.closes_at is not None and now >= self.closes_at)
