"""The desk in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import AccessibilityItem, ContentCheckerItem
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.snippets.models import register_snippet

from editorial.desk import admin_views, comparing, editing, home
from editorial.desk.listing import EditorialGroup, StoryPages
from editorial.desk.userbar import HouseChecker

# Wagtail would write to editors by itself, during the request; the house tells people through its one door.
task_submitted.disconnect(dispatch_uid="group_approval_task_submitted_email_notification")
workflow_submitted.disconnect(dispatch_uid="workflow_state_submitted_email_notification")
workflow_rejected.disconnect(dispatch_uid="workflow_state_rejected_email_notification")
workflow_approved.disconnect(dispatch_uid="workflow_state_approved_email_notification")

hooks.register("before_edit_page", editing.before_edit)
hooks.register("before_publish_page", editing.before_publish)
hooks.register("after_edit_page", editing.after_edit)
hooks.register("construct_homepage_panels", home.construct)
register_snippet(EditorialGroup)
comparing.mend()

urls = [
    path("figures/", admin_views.figures_page, name="figures"),
    path("figures.csv", admin_views.figures_csv, name="figures_csv"),
    path("findings/", admin_views.findings, name="findings"),
    path("findings/<int:pk>/", admin_views.story_findings, name="story_findings"),
]


class EditorsItem(MenuItem):
    """Shown to those who may write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only to editors."""
        return home.is_editor(request.user)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Under /cms/desk/."""
    return [path("desk/", include((urls, "desk")))]


@hooks.register("register_admin_viewset")
def register_story_pages() -> StoryPages:
    """Stories have an edit view of their own."""
    return StoryPages()


@hooks.register("register_reports_menu_item")
def figures_item() -> MenuItem:
    """Reads and joins."""
    return EditorsItem(_("Reads and joins"), reverse("desk:figures"), name="desk-figures", icon_name="view", order=100)


@hooks.register("register_reports_menu_item")
def findings_item() -> MenuItem:
    """Stories with findings."""
    return EditorsItem(_("Stories to look at"), reverse("desk:findings"), name="desk-findings", icon_name="clipboard-list", order=110)  # fmt: skip


@hooks.register("construct_wagtail_userbar")
def check_as_the_house_does(request: HttpRequest, items: list[Any], page: Any) -> None:
    """Wagtail's accessibility checker with the house's rules."""
    items[:] = [
        HouseChecker(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem | AccessibilityItem) else item
        for item in items
    ]
