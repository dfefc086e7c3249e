"""Billing in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from subscriptions.billing import admin_views

urls = [
    path("events/", admin_views.events, name="events"),
    path("events/<str:event_id>/replay/", admin_views.replay, name="replay"),
    path("drift/", admin_views.drift, name="drift"),
    path("drift/run/", admin_views.reconcile, name="reconcile"),
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


@hooks.register("register_admin_menu_item")
def register_menu() -> SubmenuMenuItem:
    """Two items below Billing."""
    items = [
        BillingItem(_("Events"), reverse("billing_admin:events"), name="billing-events", icon_name="mail", order=1),
        BillingItem(
            _("Reconciliation"), reverse("billing_admin:drift"), name="billing-drift", icon_name="history", order=2
        ),
    ]
    return SubmenuMenuItem(_("Billing"), Menu(items=items), name="billing", icon_name="form", order=700)
