"""Membership's place in the staff's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSetGroup

from membership.desk.tiers import ComparisonViewSet, TierViewSet


class MembershipAdmin(ModelViewSetGroup):
    """Tiers and what they are told by."""

    menu_label = _("Membership")
    menu_icon = "group"
    menu_order = 240
    items = (TierViewSet, ComparisonViewSet)


@hooks.register("register_admin_viewset")
def membership_admin() -> MembershipAdmin:
    """Under /cms/tiers/ and /cms/tier_comparison/."""
    return MembershipAdmin()
