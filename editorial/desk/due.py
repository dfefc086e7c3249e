"""Reads: what waits for an editor. A constant number of queries however much waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState, get_default_page_content_type

from editorial.desk.models import Refusal, SecondEditorTask
from editorial.desk.readiness import given_keys
from editorial.letters.enums import CampaignState
from editorial.letters.models import Campaign
from editorial.models import StoryPage
from editorial.passages.models import Passage
from membership.keys import ACCOUNT, PUBLIC

AHEAD = timedelta(days=14)
MOST = 8


@dataclass(frozen=True, slots=True)
class Thing:
    """One line: what it is, where it is dealt with, when, by whom, and what is asked."""

    title: str
    url: str
    language: str = ""
    at: datetime | None = None
    who: str = ""
    mine: bool = False
    ends: bool = False
    reasons: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """Everything that waits, each part with at most MOST lines; `alone` counts all stories in one language only."""

    refused: list[Thing] = field(default_factory=list)
    closed: list[Thing] = field(default_factory=list)
    to_agree: list[Thing] = field(default_factory=list)
    returned: list[Thing] = field(default_factory=list)
    drafts: list[Thing] = field(default_factory=list)
    scheduled: list[Thing] = field(default_factory=list)
    letters: list[Thing] = field(default_factory=list)
    untranslated: list[Thing] = field(default_factory=list)
    alone: int = 0


def due(user: Any) -> Due:
    """For this editor. At most fifteen queries."""
    to_agree, returned = _in_workflow(user)
    alone = _alone()
    return Due(
        refused=[_thing(row.page, at=row.at, reasons=row.reasons) for row in _refusals()],
        closed=[_thing(page, reasons=keys) for page, keys in _closed()],
        to_agree=to_agree,
        returned=returned,
        drafts=[_thing(page, at=page.latest_revision_created_at) for page in _drafts(user)],
        scheduled=_scheduled(),
        letters=_letters() if user.has_perm("letters.change_campaign") else [],
        untranslated=[_thing(page, at=page.first_published_at) for page in alone[:MOST]],
        alone=alone.count(),
    )


def _refusals() -> QuerySet[Refusal]:
    return Refusal.objects.filter(closed_at=None).select_related("page__locale").order_by("-at")[:MOST]


def _closed() -> list[tuple[Page, list[str]]]:
    """Published pages of which a part asks for a right that nobody can get any more. The index of the site search
    knows every right of every page."""
    open_keys = [PUBLIC, ACCOUNT, *given_keys()]
    rows = Passage.objects.exclude(audience__in=open_keys, requires__in=open_keys).filter(
        ~Q(audience__in=open_keys) | ~Q(requires__in=open_keys)
    )
    asked: dict[int, set[str]] = {}
    for page_id, *keys in rows.order_by("page_id").values_list("page_id", "audience", "requires")[: MOST * 4]:
        asked.setdefault(page_id, set()).update(key for key in keys if key not in open_keys)
    pages = Page.objects.select_related("locale").in_bulk(list(asked)[:MOST])
    return [(page, sorted(asked[pk])) for pk, page in pages.items()]


def _in_workflow(user: Any) -> tuple[list[Thing], list[Thing]]:
    """What waits for a second editor (`mine`: this one may be it), and what was given back to this editor."""
    rows = list(
        WorkflowState.objects.active()
        .filter(base_content_type=get_default_page_content_type())
        .select_related("requested_by", "current_task_state__revision")
        .defer("current_task_state__revision__content")
        .order_by("-created_at")[: MOST * 2]
    )
    pages = Page.objects.select_related("locale").in_bulk([int(row.object_id) for row in rows])
    tasks = set(_tasks_of(user).values_list("pk", flat=True))
    waiting, returned = [], []
    for row in (row for row in rows if int(row.object_id) in pages):
        state, page = row.current_task_state, pages[int(row.object_id)]
        asker = row.requested_by.name if row.requested_by else ""
        if row.status == WorkflowState.STATUS_NEEDS_CHANGES:
            if row.requested_by_id == user.pk:
                reasons = [state.comment] if state and state.comment else []
                returned.append(_thing(page, at=state.finished_at if state else None, reasons=reasons))
        elif state is not None:
            own = user.pk in (row.requested_by_id, state.revision.user_id)
            waiting.append(_thing(page, at=state.started_at, who=asker, mine=state.task_id in tasks and not own))
    return sorted(waiting, key=lambda thing: not thing.mine)[:MOST], returned[:MOST]


def _tasks_of(user: Any) -> QuerySet[SecondEditorTask]:
    tasks = SecondEditorTask.objects.filter(active=True)
    return tasks if user.is_superuser else tasks.filter(groups__in=user.groups.all())


def _drafts(user: Any) -> QuerySet[Page]:
    """What this editor wrote last and nobody has published, nor put on a date, nor submitted."""
    dated = Revision.objects.filter(pk=OuterRef("latest_revision_id"), approved_go_live_at__isnull=False)
    rows = Page.objects.filter(latest_revision__user=user, has_unpublished_changes=True).exclude(Exists(dated))
    return (
        rows.exclude(pk__in=_submitted())
        .select_related("locale")
        .order_by(F("latest_revision_created_at").desc(nulls_last=True))[:MOST]
    )


def _submitted() -> list[int]:
    rows = WorkflowState.objects.active().filter(base_content_type=get_default_page_content_type())
    return [int(number) for number in rows.values_list("object_id", flat=True)]


def _scheduled() -> list[Thing]:
    """What goes out and what comes down within a fortnight, the next first."""
    now = timezone.now()
    out = Revision.objects.filter(
        approved_go_live_at__lte=now + AHEAD, base_content_type=get_default_page_content_type()
    ).order_by("approved_go_live_at").values("object_id", "object_str", "approved_go_live_at")[:MOST]  # fmt: skip
    found = [Thing(row["object_str"], _edit(row["object_id"]), at=row["approved_go_live_at"]) for row in out]
    down = (
        Page.objects.live().filter(expire_at__range=(now, now + AHEAD)).select_related("locale").order_by("expire_at")
    )
    found += [_thing(page, at=page.expire_at, ends=True) for page in down[:MOST]]
    return sorted(found, key=lambda thing: thing.at or now)


def _letters() -> list[Thing]:
    rows = Campaign.objects.filter(state=CampaignState.SCHEDULED).order_by("scheduled_at")[:MOST]
    return [Thing(row.subject, reverse("letters_admin:campaign", args=[row.pk]), at=row.scheduled_at) for row in rows]


def _alone() -> QuerySet[StoryPage]:
    """Published stories that are not published in every language."""
    for_each = StoryPage.objects.live().filter(translation_key=OuterRef("translation_key"))
    missing = Q()
    for code, _name in settings.LANGUAGES:
        missing |= ~Exists(for_each.filter(locale__language_code=code))
    rows = StoryPage.objects.live().filter(missing).select_related("locale").defer_streamfields()
    return rows.order_by(F("first_published_at").desc(nulls_last=True))


def _thing(page: Page, **more: Any) -> Thing:
    return Thing(page.draft_title or page.title, _edit(page.pk), page.locale.get_display_name(), **more)


def _edit(number: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[number])
