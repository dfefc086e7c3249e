"""The dashboard: what is due, what is read, what came of it."""

from collections.abc import Mapping
from typing import Any

from django.forms import Media
from django.http import HttpRequest
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.models import Page
from wagtail.permissions import policy_registry

from editorial.desk import due, figures

INSTEAD = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
SHORT = 8


class Panel(Component):
    """Of the desk."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def media(self) -> Media:
        """The desk's style sheet."""
        return Media(css={"all": ["editorial/desk.css"]})


class DuePanel(Panel):
    """What waits for this editor."""

    name, order, template_name = "desk_due", 40, "desk/home_due.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lines."""
        found = due.due(self.request.user)
        parts = [value for value in (getattr(found, name) for name in found.__slots__) if isinstance(value, list)]
        return {"due": found, "nothing": not any(parts)}


class ReadPanel(Panel):
    """What is read."""

    name, order, template_name = "desk_read", 50, "desk/home_read.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Thirty days."""
        span = figures.Span.asked({})
        return {
            "days": figures.per_day(span),
            "top": figures.top(span, SHORT),
            "made_up": figures.made_up(span),
            "span": span,
        }


class OutcomePanel(Panel):
    """What came of it."""

    name, order, template_name = "desk_outcome", 60, "desk/home_outcome.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Thirty days."""
        span = figures.Span.asked({})
        return {"stories": figures.outcomes(span, SHORT), "counters": figures.counters(), "span": span}


def is_editor(user: Any) -> bool:
    """True for whoever may write pages."""
    return bool(policy_registry.get_by_type(Page).user_has_any_permission(user, {"add", "change", "publish"}))


def construct(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail's lists of what is moderated ask once for each line: ours stand in their place."""
    if not is_editor(request.user):
        return
    panels[:] = [panel for panel in panels if not isinstance(panel, INSTEAD)]
    panels += [DuePanel(request), ReadPanel(request), OutcomePanel(request)]
