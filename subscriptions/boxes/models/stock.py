"""What lies on the shelf."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string

from ground.localized import Localized
from subscriptions.boxes.enums import StockReason


class Supplier(models.Model):
    """Who makes or sells us things."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("days from order to arrival"), default=30)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A thing that goes into boxes. `allocated` of `on_hand` are promised; the database allows no promise too many."""

    sku = models.SlugField(_("SKU"), unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    maker_zh = models.CharField(_("maker (Chinese)"), max_length=80, blank=True)
    maker_en = models.CharField(_("maker (English)"), max_length=80, blank=True)
    art = models.CharField(_("drawing"), max_length=40, blank=True)
    picture = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture"),
        help_text=_("Shown as a square; without one, the drawing."),
    )  # fmt: skip
    shown = models.CharField(
        max_length=200, blank=True, default="", db_default="", editable=False
    )  # its square, in the media
    digital = models.BooleanField(_("digital"), default=False, help_text=_("Sent, not packed; needs no stock."))
    family = models.SlugField(
        _("family"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("What it is, as cup or tea: boxes avoid one family twice."),
    )
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("supplier")
    )
    weight = models.PositiveIntegerField(_("weight in grams"), default=0, db_default=0)
    hs6 = models.CharField(
        _("customs heading"),
        max_length=6,
        blank=True,
        default="",
        db_default="",
        help_text=_("Six digits of the HS code."),
    )
    origin = models.CharField(_("country of origin"), max_length=2, blank=True, default="", db_default="")
    value = models.PositiveIntegerField(_("customs value"), default=0, db_default=0, help_text=_("In minor units."))
    cost = models.PositiveIntegerField(_("cost of one"), default=0, db_default=0, help_text=_("In minor units."))
    currency = models.CharField(_("currency"), max_length=3, default="CNY", db_default="CNY")
    reorder_at = models.PositiveIntegerField(_("order again below"), default=0, db_default=0)
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    allocated = models.PositiveIntegerField(_("allocated"), default=0)

    name = Localized("name")
    maker = Localized("maker")

    class Meta:
        ordering: ClassVar[list[str]] = ["sku"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__gte=0) & Q(allocated__lte=F("on_hand")), name="allocated_within_on_hand"
            )
        ]
        indexes = [models.Index(fields=["family"], name="item_of_family", condition=~Q(family=""))]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @property
    def free(self) -> int:
        """How many can still be promised."""
        return self.on_hand - self.allocated


class Lot(models.Model):
    """One delivery of an item: who sent it, when, what it cost."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="lots")
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True, blank=True, related_name="lots")
    code = models.CharField(_("lot"), max_length=40)
    received_on = models.DateField(_("received on"))
    best_before = models.DateField(_("best before"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_cost = models.PositiveIntegerField(_("cost of one"), default=0, help_text=_("In minor units."))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")

    class Meta:
        ordering: ClassVar[list[str]] = ["-received_on", "-pk"]
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="lot_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code}"


class StockEntry(models.Model):
    """One line of the stock book: `on_hand` of an item is the sum of its lines. Never changed, never deleted."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="entries")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="entries")
    delta = models.IntegerField()
    reason = models.CharField(max_length=10, choices=StockReason.choices)
    why = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=60, blank=True)  # order:7, sale:3, cycle:4
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("stock entry")
        verbose_name_plural = _("stock entries")
        constraints = [models.CheckConstraint(condition=~Q(delta=0), name="stock_entry_changes_something")]
        indexes = [models.Index(fields=["item", "-id"], name="stock_entry_of_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.delta:+d}"


class Hold(models.Model):
    """Units kept for somebody for a while. They count in the item's `allocated` as long as the row stands."""

    key = models.CharField(max_length=120, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="holds")
    quantity = models.PositiveIntegerField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="hold_of_something")]
        indexes = [models.Index(fields=["until"], name="hold_until")]

    def __str__(self) -> str:
        return f"{self.key}: {self.quantity} x {self.item_id}"
