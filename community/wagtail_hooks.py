"""The community's place in the staff's admin."""

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSetGroup

from community.moderation.admin import AppealViewSet, CaseViewSet, GroupViewSet, RoomViewSet, WatchedWordViewSet


class CommunityAdmin(ModelViewSetGroup):
    """Cases, objections, groups, rooms."""

    menu_label = "Community"
    menu_icon = "group"
    menu_order = 250
    items = (CaseViewSet, AppealViewSet, WatchedWordViewSet, GroupViewSet, RoomViewSet)


@hooks.register("register_admin_viewset")
def community_admin() -> CommunityAdmin:
    return CommunityAdmin()
