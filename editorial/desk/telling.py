"""What the desk tells editors, through the house's one door."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page, TaskState, WorkflowState

from accounts.notices import notify
from editorial.desk.models import Refusal, SecondEditorTask
from editorial.team import EDITORS

KINDS = ("desk.asked", "desk.agreed", "desk.returned", "desk.refused")


def refused(row: Refusal) -> None:
    """To all editors and to whoever set the date."""
    context = _of(row.page) | {"needs": row.needs}
    for account in _editors(also=row.revision.user_id):
        notify(
            account=account,
            kind="desk.refused",
            context=context,
            dedupe=f"revision:{row.revision_id}:{row.at.isoformat()}",
        )


def asked(task_state: TaskState) -> None:
    """To everybody who may be the second editor."""
    task, state = task_state.task.specific, task_state.workflow_state
    if not isinstance(task, SecondEditorTask):
        return
    who = Q(groups__in=task.groups.all())
    own = {state.requested_by_id, task_state.revision.user_id}
    for account in get_user_model().objects.filter(who, is_active=True).exclude(pk__in=own - {None}).distinct():
        notify(account=account, kind="desk.asked", context=_of(state.content_object) | {"by": _name(state.requested_by)},
               dedupe=f"workflow:{state.pk}")  # fmt: skip


def answered(state: WorkflowState, kind: str, by: Any) -> None:
    """To whoever submitted the page: it was agreed to, or given back (`kind`)."""
    last = state.current_task_state
    if state.requested_by is None or state.requested_by == by or not state.requested_by.is_active:
        return
    context = _of(state.content_object) | {"by": _name(by), "comment": last.comment if last else ""}
    notify(account=state.requested_by, kind=kind, context=context, dedupe=f"task:{last.pk if last else state.pk}")


def _editors(also: int | None) -> Any:
    who = Q(groups__name=EDITORS) | Q(pk=also)
    return get_user_model().objects.filter(who, is_active=True).distinct()


def _of(page: Page) -> dict[str, Any]:
    return {"title": page.get_admin_display_title(), "edit": reverse("wagtailadmin_pages:edit", args=[page.pk])}


def _name(account: Any) -> str:
    return str(account.name) if account is not None else ""
