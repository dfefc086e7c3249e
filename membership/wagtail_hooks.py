"""Membership's place in the staff's admin."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from membership.desk import comps
from membership.desk.tiers import ComparisonViewSet, TierViewSet


class MembershipAdmin(ModelViewSetGroup):
    """Tiers and what they are told by."""

    menu_label = _("Membership")
    menu_icon = "group"
    menu_order = 240
    items = (TierViewSet, ComparisonViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        """The viewsets, then the pages of our own."""
        return [
            *super().get_submenu_items(),
            CompsItem(_("Complimentary seats"), reverse("comps_admin:board"), icon_name="pick", order=300),
        ]


class CompsItem(MenuItem):
    """Shown to those who may give seats."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only with the permission."""
        return bool(request.user.has_perm("membership.change_comp"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/comps/."""
    return [path("comps/", include((comps.urls, "comps_admin")))]


@hooks.register("register_admin_viewset")
def membership_admin() -> MembershipAdmin:
    """Under /cms/tiers/ and /cms/tier_comparison/."""
    return MembershipAdmin()
