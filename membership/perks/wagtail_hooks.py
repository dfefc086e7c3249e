"""Perks in Wagtail's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from membership.desk.tiers import KeySelect, both
from membership.perks import desk
from membership.perks.models import Perk


class PerkViewSet(ModelViewSet):
    """What perks there are."""

    model = Perk
    name, url_namespace = "perks", "perks_desk"
    icon = "pick"
    menu_label = _("Perks")
    menu_order = 241
    add_to_admin_menu = True
    copy_view_enabled = False
    sort_order_field = "order"
    ordering = "order"
    list_display = ["name_zh", "name_en", "kind", "entitlement", "quota", "period", "claimable", "archived"]
    list_filter = ["kind", "archived"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("key"), FieldPanel("kind"), both("name"), both("about")], _("What it is")),
            MultiFieldPanel(
                [FieldPanel("entitlement", widget=KeySelect), FieldRowPanel([FieldPanel("quota"), FieldPanel("period")]),
                 FieldPanel("claimable"), FieldPanel("after_months"), FieldPanel("valid_days"), FieldPanel("archived")],
                _("For whom, and how many"),
            ),
        ]
    )  # fmt: skip


class DueItem(MenuItem):
    """Shown to those who may mark."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("perks.change_obligation"))


@hooks.register("register_admin_viewset")
def perks_viewset() -> PerkViewSet:
    """Under /cms/perks/."""
    return PerkViewSet()


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/due/."""
    return [path("due/", include((desk.urls, "perks_admin")))]


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    """The due list."""
    return DueItem(_("Owed to members"), reverse("perks_admin:board"), name="perks-due", icon_name="list-ul", order=242)
