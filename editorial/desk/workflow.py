"""The default workflow: a second editor agrees."""

from django.contrib.auth.models import Group
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from editorial.desk.models import SecondEditorTask

NAME = "Second editor 二审"
OF_WAGTAIL = "Moderators approval"  # what Wagtail's own migration lays on the root


def ensure_workflow(group: Group) -> Workflow:
    """One task, agreed to by the group, laid on the root of all pages unless staff have laid another there. Idempotent."""
    task = SecondEditorTask.objects.first() or SecondEditorTask.objects.create(name=NAME)
    task.groups.add(group)
    row = WorkflowTask.objects.filter(task=task).select_related("workflow").first()
    workflow = row.workflow if row else Workflow.objects.create(name=NAME)
    if row is None:
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    root = Page.objects.get(depth=1)
    laid = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    if laid is None:
        WorkflowPage.objects.create(page=root, workflow=workflow)
    elif laid.workflow.name == OF_WAGTAIL:
        laid.workflow = workflow
        laid.save()
    return workflow
