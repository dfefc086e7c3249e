"""Before it goes out: a story's findings beside its form."""

from typing import Any

from django.forms import Media
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.views.pages.edit import EditView

from editorial.desk import agreeing, readiness
from editorial.desk.checks import Severity
from editorial.models import StoryPage


class ReadinessPanel(BaseSidePanel):
    """Lists what an editor should look at; read again after each autosave."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """Counts what is more than a hint."""

        aria_label = _("Before it goes out")
        icon_name = "clipboard-list"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """With the count."""
            return {**super().get_context_data(parent_context), "count": self.panel.count}

    name = "readiness"
    title = _("Before it goes out")
    template_name = "desk/readiness_panel.html"
    order = 150

    def __init__(self, page: StoryPage, request: Any) -> None:
        super().__init__(page, request)
        self.told = told(StoryPage.objects.select_related("locale", "latest_revision").get(pk=page.pk))
        self.count = sum(finding.severity != Severity.HINT for finding in self.told["findings"])

    @property
    def media(self) -> Media:
        """Its style and its small script."""
        return Media(css={"all": ["editorial/desk.css"]}, js=["editorial/js/desk.js"])

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """With what is told of the draft."""
        return {**super().get_context_data(parent_context), **self.told}


def told(story: StoryPage) -> dict[str, Any]:
    """Of a story's newest draft: findings, minutes of reading, and who has agreed to this very text."""
    newest = story.latest_revision
    return {
        "page": story,
        "findings": readiness.of_draft(story),
        "minutes": story.get_latest_revision_as_object().minutes,
        "agreement": agreeing.agreed(story.pk, newest.content) if newest else None,
    }


class StoryEditView(EditView):
    """Wagtail’s own, with the findings beside it."""

    def get_side_panels(self) -> MediaContainer:
        """Wagtail's and ours; autosave renders only the status again."""
        panels = super().get_side_panels()
        if self.expects_json_response or self.page.alias_of_id:
            return panels
        return MediaContainer([*panels, ReadinessPanel(self.page, self.request)])
