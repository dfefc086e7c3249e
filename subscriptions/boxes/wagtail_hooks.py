"""Boxes in Wagtail's admin."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from ground.money import EXPONENTS
from subscriptions.boxes import admin_views, due, plan_views
from subscriptions.boxes.actions import picturing
from subscriptions.boxes.models import Item, Supplier

ITEM_FIELDS = ["sku", "name_zh", "name_en", "maker_zh", "maker_en", "picture", "art", "digital", "family", "supplier", "weight", "hs6",
               "origin", "value", "cost", "currency", "reorder_at"]  # fmt: skip
SUMS = ("value", "cost")
SUPPLIER_FIELDS = ["name", "contact", "email", "phone", "country", "lead_days", "notes"]
urls = [
    path("", admin_views.board, name="board"),
    path("orders/", admin_views.orders, name="orders"),
    path("<int:pk>/", admin_views.cycle, name="cycle"),
    path("<int:pk>/do/<slug:name>/", admin_views.act, name="act"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/add/", plan_views.add, name="add_plan"),
    path("plans/<int:pk>/", plan_views.plan, name="plan"),
    path("plans/<int:pk>/variants/", plan_views.add_variant, name="add_variant"),
    path("plans/<int:pk>/variants/<int:variant>/", plan_views.put_variant, name="put_variant"),
    path("plans/<int:pk>/editions/", plan_views.add_edition, name="add_edition"),
    path("editions/<int:pk>/", plan_views.change_edition, name="change_edition"),
    path("editions/<int:pk>/drop/", plan_views.drop_edition, name="drop_edition"),
]


class BoxesItem(MenuItem):
    """Shown to those who may change box orders."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("boxes.change_boxorder"))


class ItemForm(WagtailAdminModelForm):
    """What staff may say of an item. Its counts are not among it: they change through the stock book alone. Sums are
    written as people write them, and kept in minor units."""

    value = forms.DecimalField(label=_("customs value"), min_value=0, max_digits=12, decimal_places=3, initial=0)
    cost = forms.DecimalField(label=_("cost of one"), min_value=0, max_digits=12, decimal_places=3, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SUMS:
            kept = getattr(self.instance, name)
            unit = 10 ** EXPONENTS.get(self.instance.currency, 2)
            self.initial[name] = Decimal(kept) / unit if kept % unit else kept // unit

    def clean(self) -> dict[str, Any]:
        """Whole minor units of the item's currency."""
        data: dict[str, Any] = super().clean() or {}
        unit = 10 ** EXPONENTS.get(str(data.get("currency") or "CNY"), 2)
        for name in SUMS:
            if data.get(name) is None:
                continue
            minor = data[name] * unit
            if minor != int(minor) or minor >= 2**31:
                self.add_error(name, _("Write an amount that can be paid."))
            else:
                data[name] = int(minor)
        return data

    def clean_hs6(self) -> str:
        """Six digits, or nothing."""
        value = str(self.cleaned_data["hs6"]).strip()
        if value and not (len(value) == 6 and value.isascii() and value.isdecimal()):
            raise ValidationError(_("Six digits of the HS code."))
        return value

    def clean_origin(self) -> str:
        """Two letters, or nothing."""
        return self._letters("origin", 2)

    def clean_currency(self) -> str:
        """Three letters."""
        return self._letters("currency", 3)

    def _letters(self, name: str, count: int) -> str:
        value = str(self.cleaned_data[name]).strip().upper()
        if value and not (len(value) == count and value.isascii() and value.isalpha()):
            raise ValidationError(_("That many letters: %(n)s.") % {"n": count})
        return value

    def save(self, commit: bool = True) -> Item:
        """Write only the fields of this form: an allocation may run meanwhile."""
        item: Item = super().save(commit=False)
        if commit and item.pk:
            item.save(update_fields=ITEM_FIELDS)
        elif commit:
            item.save()
        if commit:
            picturing.show(item)
        return item


class ItemViewSet(SnippetViewSet):
    """Things: names, makers, customs, suppliers. Counts belong to the stock book and the allocation alone."""

    model = Item
    icon = "pick"
    menu_label = _("Items")
    list_display = ["sku", "name_zh", "name_en", "supplier", "on_hand", "allocated"]
    search_fields = ["sku", "name_zh", "name_en"]
    add_to_admin_menu = True
    menu_order = 720
    edit_handler = ObjectList([FieldPanel(name) for name in ITEM_FIELDS], base_form_class=ItemForm)


class SupplierViewSet(SnippetViewSet):
    """Who makes or sells us things."""

    model = Supplier
    icon = "group"
    menu_label = _("Suppliers")
    list_display = ["name", "contact", "country", "lead_days"]
    search_fields = ["name", "contact", "email"]
    add_to_admin_menu = True
    menu_order = 721
    edit_handler = ObjectList([FieldPanel(name) for name in SUPPLIER_FIELDS])


register_snippet(SupplierViewSet)
register_snippet(ItemViewSet)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/."""
    return [path("boxes/", include((urls, "boxes_admin")))]


class DuePanel(Component):
    """On the page at which staff begin: what waits of boxes."""

    name, order, template_name = "boxes_due", 45, "boxes/admin/home_due.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """The lines."""
        return {"due": due.due()}


@hooks.register("construct_homepage_panels", order=200)  # after the desk has put its own in order
def construct_homepage_panels(request: HttpRequest, panels: list[Component]) -> None:
    """For those who make boxes."""
    if request.user.has_perm("boxes.change_boxorder"):
        panels.append(DuePanel())


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """What an owner can give to a group of staff in Wagtail's settings."""
    given = ["change_boxorder", "change_cycle", "change_boxplan"]
    return Permission.objects.filter(content_type__app_label="boxes", codename__in=given)


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """The board."""
    return BoxesItem(_("Boxes"), reverse("boxes_admin:board"), name="boxes", icon_name="tasks", order=710)
