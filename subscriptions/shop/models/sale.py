"""Sales, numbered pieces, and those who wait."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ground.money import Money
from subscriptions.boxes.models import BoxOrder, BoxSubscription
from subscriptions.shop.enums import ON_LIST, OPEN_PAGE, Flag, SaleState, UnitState, WaitState, Way
from subscriptions.shop.models.article import Article


class Sale(models.Model):
    """So many pieces of one article for one account. `key` is the payment page's as well; `charge` is that of the charge
    to a saved card, which several sales of one box share. The price is that of the day."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sales")
    article = models.ForeignKey(Article, models.PROTECT, related_name="sales")
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.PAGE)
    state = models.CharField(_("state"), max_length=9, choices=SaleState.choices, default=SaleState.HELD)
    amount = models.PositiveIntegerField(help_text=_("For one, in minor units."))
    currency = models.CharField(max_length=3)
    ride = models.ForeignKey(BoxSubscription, models.PROTECT, null=True, related_name="sales")
    order = models.ForeignKey(BoxOrder, models.PROTECT, null=True, related_name="sales")
    charge = models.UUIDField(null=True)
    card = models.CharField(max_length=80, blank=True)
    invoice_id = models.CharField(max_length=80, blank=True)
    address = models.JSONField(default=dict)
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    flag = models.CharField(_("to look at"), max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="sale_of_something"),
            models.UniqueConstraint(
                fields=["account", "article"],
                condition=Q(state__in=sorted(OPEN_PAGE)) & ~Q(way="along"),
                name="one_open_sale_of_an_article",
            ),
            models.UniqueConstraint(
                fields=["ride", "article"], condition=Q(state="held", way="along"), name="goes_along_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="sale_of_account"),
            models.Index(fields=["article", "state"], name="sale_of_article"),
            models.Index(fields=["state", "held_until"], name="sale_due"),
            models.Index(fields=["order"], name="sale_in_order", condition=Q(order__isnull=False)),
            models.Index(fields=["charge"], name="sale_of_charge", condition=Q(charge__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote: YS-000042."""
        return f"YS-{self.pk:06d}"

    @property
    def money(self) -> Money:
        """What all of it costs."""
        return Money(self.amount * self.quantity, self.currency)

    @property
    def flagged(self) -> str:
        """Its flag in words; empty when there is nothing to look at."""
        return str(Flag(self.flag).label) if self.flag in Flag.values else self.flag


class EditionUnit(models.Model):
    """One numbered piece of an edition. As long as it is not sent, it is promised of its item: an edition lies apart."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="units")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(max_length=7, choices=UnitState.choices, default=UnitState.FREE)
    held_until = models.DateTimeField(null=True)
    sale = models.ForeignKey(Sale, models.PROTECT, null=True, related_name="units")

    class Meta:
        ordering: ClassVar[list[str]] = ["article", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="number_once"),
            models.CheckConstraint(
                condition=Q(state="free", sale=None) | (~Q(state="free") & Q(sale__isnull=False)),
                name="free_or_somebodys",
            ),
        ]
        indexes = [models.Index(fields=["article", "number"], name="unit_free", condition=Q(state="free"))]

    def __str__(self) -> str:
        return f"{self.number}"


class WaitEntry(models.Model):
    """Somebody who would like one. The order is kept by `early` (where the article says so), then by time."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="entries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="wait_entries")
    state = models.CharField(max_length=8, choices=WaitState.choices, default=WaitState.WAITING)
    early = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    offered_until = models.DateTimeField(null=True)
    sale = models.OneToOneField(Sale, models.PROTECT, null=True, related_name="entry")

    class Meta:
        ordering: ClassVar[list[str]] = ["-early", "joined_at", "pk"]
        verbose_name = _("place on a waiting list")
        verbose_name_plural = _("waiting lists")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "account"], condition=Q(state__in=sorted(ON_LIST)), name="on_the_list_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(sale__isnull=False, offered_until__isnull=False),
                name="an_offer_keeps_a_piece",
            ),
        ]
        indexes = [
            models.Index(fields=["article", "state"], name="wait_of_article"),
            models.Index(fields=["account"], name="wait_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.account_id} {self.state}"
