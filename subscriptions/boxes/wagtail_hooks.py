"""Boxes in Wagtail's admin."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from subscriptions.boxes import admin_views
from subscriptions.boxes.models import Item

ITEM_FIELDS = ["sku", "name_zh", "name_en", "maker_zh", "maker_en", "art", "digital", "on_hand"]
urls = [
    path("", admin_views.board, name="board"),
    path("orders/", admin_views.orders, name="orders"),
    path("<int:pk>/", admin_views.cycle, name="cycle"),
    path("<int:pk>/do/<slug:name>/", admin_views.act, name="act"),
    path("<int:pk>/packing/", admin_views.packing_list, name="packing"),
    path("<int:pk>/packing.csv", admin_views.packing_csv, name="packing_csv"),
]


class BoxesItem(MenuItem):
    """Shown to those who may change box orders."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("boxes.change_boxorder"))


class ItemForm(WagtailAdminModelForm):
    """What staff may say of an item. `allocated` is never written from here: an allocation may run meanwhile."""

    def clean_on_hand(self) -> int:
        """Not below what is promised at this moment."""
        on_hand = int(self.cleaned_data["on_hand"])
        promised = Item.objects.filter(pk=self.instance.pk).values_list("allocated", flat=True).first() or 0
        if on_hand < promised:
            raise ValidationError(_("%(n)s of it are promised already; free them first.") % {"n": promised})
        return on_hand

    def save(self, commit: bool = True) -> Item:
        """Write only the fields of this form."""
        item: Item = super().save(commit=False)
        if commit and item.pk:
            item.save(update_fields=ITEM_FIELDS)
        elif commit:
            item.save()
        return item


class ItemViewSet(SnippetViewSet):
    """Stock: names, makers, how many are on hand. `allocated` belongs to the allocation alone."""

    model = Item
    icon = "pick"
    menu_label = _("Items")
    list_display = ["sku", "name_zh", "name_en", "on_hand", "allocated"]
    search_fields = ["sku", "name_zh", "name_en"]
    add_to_admin_menu = True
    menu_order = 720
    edit_handler = ObjectList([FieldPanel(name) for name in ITEM_FIELDS], base_form_class=ItemForm)


register_snippet(ItemViewSet)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/boxes/."""
    return [path("boxes/", include((urls, "boxes_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """The board."""
    return BoxesItem(_("Boxes"), reverse("boxes_admin:board"), name="boxes", icon_name="tasks", order=710)
