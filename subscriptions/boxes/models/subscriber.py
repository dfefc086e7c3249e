"""Who receives boxes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.billing.models import Subscription
from subscriptions.boxes.enums import RUNNING, BoxState
from subscriptions.boxes.models.edition import BoxPlan, BoxVariant, Cycle


class BoxSubscriptionQuerySet(models.QuerySet["BoxSubscription"]):
    """Box subscriptions as sentences."""

    def running(self) -> "BoxSubscriptionQuerySet":
        """Those that are neither ended nor expired."""
        return self.filter(state__in=RUNNING)


class BoxSubscription(models.Model):
    """A reader's subscription to a box plan, with the address it goes to."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="box_subscriptions")
    plan = models.ForeignKey(BoxPlan, models.PROTECT, related_name="subscriptions")
    billing = models.OneToOneField(Subscription, models.PROTECT, null=True, related_name="box")
    variant = models.ForeignKey(BoxVariant, models.PROTECT, null=True, blank=True, related_name="subscriptions")
    state = models.CharField(max_length=12, choices=BoxState.choices, default=BoxState.PENDING)
    recipient = models.CharField(_("recipient"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    line1 = models.CharField(_("street and number"), max_length=160, blank=True)
    line2 = models.CharField(_("further"), max_length=160, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    region = models.CharField(_("province or state"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    created_at = models.DateTimeField()

    objects = BoxSubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "state"], name="box_subscription_of_account"),
            models.Index(fields=["plan", "state"], name="box_subscription_of_plan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "plan"],
                condition=models.Q(billing=None) & ~models.Q(state__in=["ended", "expired"]),
                name="one_prepaid_box_of_a_plan",
            )
        ]

    def __str__(self) -> str:
        return f"box {self.pk}"

    ADDRESS = ("recipient", "phone", "line1", "line2", "city", "region", "postal_code", "country")

    @property
    def address(self) -> dict[str, str]:
        """The address as a plain dict, for the snapshot at cut-off."""
        return {name: getattr(self, name) for name in self.ADDRESS}


class Skip(models.Model):
    """This subscription skips this cycle: a row, never a state. Taking it back deletes it."""

    subscription = models.ForeignKey(BoxSubscription, models.CASCADE, related_name="skips")
    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="skips")
    created_at = models.DateTimeField()
    cause = models.CharField(max_length=80, blank=True, default="", db_default="")  # empty: the subscriber's own wish

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "cycle"], name="skip_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} skips {self.cycle_id}"
