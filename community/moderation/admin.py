"""The moderation queue in Wagtail's admin: a list with filters, and one page to decide each case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from community.access import STAFF_PERMISSION
from community.enums import APPEAL_DECIDED, AppealState, CaseState
from community.models import Appeal, Case, Group, Room, WatchedWord
from community.moderation import appeals
from community.moderation.actions import decide
from community.refusals import Refused

CHOICES = {"hide": CaseState.HIDDEN, "dismiss": CaseState.DISMISSED}


class CasePolicy(ModelPermissionPolicy):
    """Cases are opened by reports and closed by a decision; nobody adds, edits or deletes one by hand.

    Whoever may decide may look at the queue; the decision asks for itself (`case_page`, `decide`).
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and super().user_has_permission(user, "change")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(Case, CasePolicy(Case))


class AppealPolicy(CasePolicy):
    """Whoever works the queue looks at objections; each decision asks for itself."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(action == "view" and user.is_active and user.has_perm(STAFF_PERMISSION))


register_permission_policy(Appeal, AppealPolicy(Appeal))


@require_http_methods(["GET", "POST"])
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: the words as reported, who reported, and the two decisions."""
    if not request.user.has_perm(STAFF_PERMISSION):
        raise PermissionDenied
    case = get_object_or_404(Case.objects.select_related("room__group", "author", "decided_by"), pk=pk)
    if request.method == "POST" and request.POST.get("decision") in CHOICES:
        try:
            decide(actor=request.user, case_id=case.pk, state=CHOICES[request.POST["decision"]])  # type: ignore[arg-type]
            messages.success(request, _("Decided. Those who reported it are told."))
        except Refused:
            messages.error(request, _("Somebody else has to decide this one."))
        return redirect(reverse("community_cases:index"))
    reports = case.reports.select_related("reporter")
    context = {"case": case, "reports": reports, "list_url": reverse("community_cases:index")}
    return render(request, "community/admin/case.html", context)


class CaseViewSet(ModelViewSet):
    """The one queue."""

    model = Case
    name = url_namespace = "community_cases"
    icon = "warning"
    menu_label = gettext_lazy("Moderation queue")
    list_filter = ["state", "reason", "room"]
    list_per_page = 50
    search_fields = ["text"]
    ordering = ["-opened_at"]
    copy_view_enabled = inspect_view_enabled = False
    exclude_form_fields: list[str] = []
    list_display = [
        TitleColumn("text", label=gettext_lazy("As reported"), accessor=lambda case: case.text[:80],
                    get_url=lambda case: reverse("community_cases:decide", args=[case.pk])),
        Column("room", label=gettext_lazy("Room"), accessor="room"),
        Column("reason", label=gettext_lazy("Reason"), accessor="get_reason_display", sort_key="reason"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display", sort_key="state"),
        DateColumn("opened_at", label=gettext_lazy("Reported"), sort_key="opened_at"),
        DateColumn("due_at", label=gettext_lazy("Due"), sort_key="due_at"),
    ]  # fmt: skip

    def get_urlpatterns(self) -> list[Any]:
        """The list and the decision. What a form would change (the state, the words as reported) has no page."""
        listing = [pattern for pattern in super().get_urlpatterns() if pattern.name in ("index", "index_results")]
        return [*listing, path("<int:pk>/decide/", case_page, name="decide")]


@require_http_methods(["GET", "POST"])
def appeal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection: the decision with its reasons, the words against it, and the answer."""
    if not request.user.has_perm(STAFF_PERMISSION):
        raise PermissionDenied
    rows = Appeal.objects.select_related("sanction__account", "sanction__imposed_by", "sanction__room", "decided_by")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and request.POST.get("outcome") in APPEAL_DECIDED:
        try:
            state, answer = AppealState(request.POST["outcome"]), request.POST.get("answer", "")
            appeals.decide(actor=request.user, appeal_id=row.pk, state=state, answer=answer)  # type: ignore[arg-type]
            messages.success(request, _("Decided. The person is told."))
        except Refused:
            messages.error(request, _("Somebody else has to decide this one."))
        return redirect(reverse("community_appeals:index"))
    context = {"appeal": row, "row": row.sanction, "list_url": reverse("community_appeals:index")}
    return render(request, "community/admin/appeal.html", context)


class AppealViewSet(ModelViewSet):
    """Objections to decisions, the ones that wait longest first."""

    model = Appeal
    name = url_namespace = "community_appeals"
    icon = "undo"
    menu_label = gettext_lazy("Objections")
    list_filter = ["state"]
    list_per_page = 50
    ordering = ["due_at"]
    copy_view_enabled = inspect_view_enabled = False
    exclude_form_fields: list[str] = []
    list_display = [
        TitleColumn("text", label=gettext_lazy("Objection"), accessor=lambda row: row.text[:80],
                    get_url=lambda row: reverse("community_appeals:decide", args=[row.pk])),
        Column("kind", label=gettext_lazy("Decision"), accessor="sanction.get_kind_display"),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display", sort_key="state"),
        DateColumn("due_at", label=gettext_lazy("Due"), sort_key="due_at"),
    ]  # fmt: skip

    def get_urlpatterns(self) -> list[Any]:
        """The list and the decision."""
        listing = [pattern for pattern in super().get_urlpatterns() if pattern.name in ("index", "index_results")]
        return [*listing, path("<int:pk>/decide/", appeal_page, name="decide")]


class WatchedWordViewSet(ModelViewSet):
    """Watched words of all groups."""

    model = WatchedWord
    name = url_namespace = "community_words"
    icon = "view"
    menu_label = gettext_lazy("Watched words")
    list_display = [
        "pattern",
        Column("act", label=gettext_lazy("What happens"), accessor="get_act_display"),
        "group",
        "active",
    ]
    list_filter = ["act", "group", "active"]
    search_fields = ["pattern", "note"]
    panels = [FieldPanel("pattern"), FieldPanel("act"), FieldPanel("group"), FieldPanel("note"), FieldPanel("active")]


BOTH = [FieldPanel("name_zh"), FieldPanel("name_en"), FieldPanel("about_zh"), FieldPanel("about_en")]


class GroupViewSet(ModelViewSet):
    """Groups."""

    model = Group
    name = url_namespace = "community_groups"
    icon = "group"
    list_display = ["name_zh", "name_en", "slug", "listed"]
    panels = [
        FieldPanel("slug"), *BOTH, FieldPanel("rules_zh"), FieldPanel("rules_en"), FieldPanel("theme_zh"),
        FieldPanel("theme_en"), FieldPanel("cover"),
        MultiFieldPanel(
            [FieldPanel("entry"), FieldPanel("entry_key"), FieldPanel("most_people"), FieldPanel("listed")],
            heading=gettext_lazy("Who comes in"),
        ),
        FieldPanel("order"),
    ]  # fmt: skip


class RoomViewSet(ModelViewSet):
    """Rooms: names and keys. Opening and closing goes through the room's own action."""

    model = Room
    name = url_namespace = "community_rooms"
    icon = "comment"
    list_display = [
        "name_zh", "name_en", "group", "read_key", "state",
        Column("talk", label=gettext_lazy("Open"), accessor=lambda r: format_html('<a href="{}">{}</a>', r.get_absolute_url(), r.slug)),
    ]  # fmt: skip
    list_filter = ["group", "state"]
    panels = [
        FieldPanel("group"), FieldPanel("slug"), *BOTH,
        MultiFieldPanel(
            [FieldPanel("read_key"), FieldPanel("write_key"), FieldPanel("listed"), FieldPanel("slow_seconds"), FieldPanel("keeps_days")],
            heading=gettext_lazy("Who comes in"),
        ),
        FieldPanel("subject_key"), FieldPanel("order"),
    ]  # fmt: skip
