"""What the desk listens to: published pages, and the second editors' workflow."""

from typing import Any

from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import page_published, task_submitted, workflow_approved, workflow_rejected

from editorial.desk import telling
from editorial.desk.models import Refusal


def connect() -> None:
    """Called once at start."""
    page_published.connect(_published, dispatch_uid="desk.published")
    task_submitted.connect(_asked, dispatch_uid="desk.asked")
    workflow_approved.connect(_agreed, dispatch_uid="desk.agreed")
    workflow_rejected.connect(_returned, dispatch_uid="desk.returned")


def _published(sender: Any, instance: Page, **kwargs: Any) -> None:
    Refusal.objects.filter(page_id=instance.pk, closed_at=None).update(closed_at=timezone.now())


def _asked(sender: Any, instance: TaskState, **kwargs: Any) -> None:
    telling.asked(instance)


def _agreed(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    telling.answered(instance, "desk.agreed", user)


def _returned(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    telling.answered(instance, "desk.returned", user)
