"""Writes: a second editor’s agreement."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from editorial.desk.digest import digest
from editorial.desk.models import Agreement, SecondEditorTask

BACK = 20  # revisions looked through for whoever changed the text last


class NotSecond(Exception):
    """This person cannot be the second editor of this version; the message says why."""


@transaction.atomic
def agree(*, revision: Revision, editor: Any, submitted_by: Any = None) -> Agreement:
    """Record that `editor` has agreed to what the revision says. Idempotent. Raises `NotSecond`."""
    page, author = revision.content_object, _author(revision)
    if editor.pk in {author, getattr(submitted_by, "pk", None)}:
        raise NotSecond(_("You wrote or submitted this version yourself: somebody else has to agree."))
    if not page.permissions_for_user(editor).can_publish():
        raise NotSecond(_("Only who may publish this page can agree to it."))
    row, _made = Agreement.objects.get_or_create(
        page_id=page.pk, digest=digest(revision.content), editor=editor,
        defaults={"revision": revision, "author_id": author, "at": timezone.now()},
    )  # fmt: skip
    return row


def agree_to_submitted(*, task_state: TaskState, editor: Any) -> Agreement:
    """Agree to what was submitted to this task. Raises `NotSecond`, also when the text was changed afterwards."""
    if changed_since(task_state):
        raise NotSecond(_("The text was changed after it was submitted. Whoever changed it has to save it once more."))
    state = task_state.workflow_state
    return agree(revision=task_state.revision, editor=editor, submitted_by=state.requested_by)


def changed_since(task_state: TaskState) -> bool:
    """True when the page says something else now than when it came to this task."""
    submitted = task_state.revision
    latest = task_state.workflow_state.content_object.get_latest_revision()
    rewritten = submitted.created_at > task_state.started_at  # autosave writes into the same row
    return rewritten or digest(latest.content) != digest(submitted.content)


@transaction.atomic
def resubmit(*, page: Page, by: Any) -> bool:
    """A page that waits for its second editor and was changed waits with its new text. False where nothing changed."""
    found = page.current_workflow_task_state
    if found is None or not isinstance(found.task.specific, SecondEditorTask) or not changed_since(found):
        return False
    found.cancel(user=by, resume=True)
    return True


def agreed(page_id: int | None, content: Any) -> Agreement | None:
    """The newest agreement to this very text of the page, or None. One query."""
    if page_id is None:
        return None
    return Agreement.objects.filter(page_id=page_id, digest=digest(content)).order_by("-at").first()


def may_be_second(page: Page, user: Any) -> bool:
    """False for whoever submitted the page or wrote its newest text."""
    state = page.current_workflow_state
    if state is not None and state.requested_by_id == user.pk:
        return False
    latest = page.latest_revision
    return latest is None or latest.user_id != user.pk or _author(latest) != user.pk


def _author(revision: Revision) -> int | None:
    """Who brought this text into being: a revision that says the same as the one before it changed nothing."""
    same, author = digest(revision.content), revision.user_id
    before = Revision.objects.filter(
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
        created_at__lt=revision.created_at,
    ).order_by("-created_at", "-pk")
    for older in before[:BACK]:
        if digest(older.content) != same:
            break
        author = older.user_id
    return author
