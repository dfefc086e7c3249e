"""Billing in Wagtail's admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from subscriptions.billing import admin_views, desk, figure_views, payment_views

urls = [
    path("events/", admin_views.events, name="events"),
    path("events/<str:event_id>/replay/", admin_views.replay, name="replay"),
    path("drift/", admin_views.drift, name="drift"),
    path("drift/run/", admin_views.reconcile, name="reconcile"),
    path("figures/", figure_views.overview, name="figures"),
    path("figures/rows/", figure_views.movements, name="movements"),
    path("payments/", payment_views.payments, name="payments"),
    path("payments/<str:stripe_id>/refund/", payment_views.refund, name="refund"),
    path("prices/", desk.prices, name="prices"),
    path("prices/<int:pk>/", desk.price, name="price"),
    path("prices/<int:pk>/retire/", desk.retire, name="retire"),
    path("plans/<int:pk>/", desk.release, name="release"),
    path("deals/", desk.deal_list, name="deals"),
    path("deals/<int:pk>/letters/", desk.letters, name="deal_letters"),
    path("deals/<int:pk>/archive/", desk.archive_deal, name="archive_deal"),
]


class BillingItem(MenuItem):
    """Shown to those who may replay events."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("billing.change_event"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/billing/."""
    return [path("billing/", include((urls, "billing_admin")))]


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """What an owner can give to a group of staff in Wagtail's settings."""
    given = ["change_event", "change_invoice", "change_planprice"]
    return Permission.objects.filter(content_type__app_label="billing", codename__in=given)


@hooks.register("register_admin_menu_item")
def register_menu() -> SubmenuMenuItem:
    """What belongs to money, below Billing."""
    items = [
        BillingItem(_("Figures"), reverse("billing_admin:figures"), name="billing-figures", icon_name="view", order=-4),
        BillingItem(
            _("Payments"), reverse("billing_admin:payments"), name="billing-payments", icon_name="list-ul", order=-3
        ),
        BillingItem(_("Prices"), reverse("billing_admin:prices"), name="billing-prices", icon_name="tag", order=-2),
        BillingItem(
            _("Special prices"), reverse("billing_admin:deals"), name="billing-deals", icon_name="pick", order=-1
        ),
        BillingItem(_("Events"), reverse("billing_admin:events"), name="billing-events", icon_name="mail", order=1),
        BillingItem(
            _("Reconciliation"), reverse("billing_admin:drift"), name="billing-drift", icon_name="history", order=2
        ),
    ]
    return SubmenuMenuItem(_("Billing"), Menu(items=items), name="billing", icon_name="form", order=700)
