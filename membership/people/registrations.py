"""What the staff's view of members adds to the lists of the ground floor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ground.registry import (
    DueWork,
    ErasureStep,
    ExportSection,
    MemberActivity,
    MemberFilter,
    StaffColumn,
    due_work,
    erasure_steps,
    export_sections,
    member_activities,
    member_filters,
    staff_columns,
)
from membership.crowd import tier_choices
from membership.people import actions, activity, columns, filters
from membership.people.models import Job, JobLine, MemberTag, Note

MODELS = ("people.MemberTag", "people.Note", "people.Job", "people.JobLine")


def register() -> None:
    """Called once at start."""
    for column in (
        StaffColumn("seat", _("Tier"), columns.seats, order=10),
        StaffColumn("tags", _("Tags"), columns.tags, order=20),
        StaffColumn("joined", _("Here since"), columns.joined, sort="created_at", order=30),
        StaffColumn("seen", _("Last seen"), columns.seen, order=40),
        StaffColumn("language", _("Language"), columns.language, shown=False, order=80),
        StaffColumn("public_id", _("Id"), columns.public_id, shown=False, order=90),
    ):
        staff_columns.register(column)
    for one in (
        MemberFilter("tier", _("Tier"), filters.by_tier, tier_choices, order=10),
        MemberFilter("status", _("Status"), filters.by_status, filters.statuses, order=20),
        MemberFilter("tag", _("Tag"), filters.by_tag, filters.tag_choices, order=30),
        MemberFilter("joined_since", _("Here since"), filters.joined_since, kind="date", order=40),
        MemberFilter("joined_before", _("Here before"), filters.joined_before, kind="date", order=41),
        MemberFilter("seen_since", _("Seen since"), filters.seen_since, kind="date", order=50),
        MemberFilter("unseen_since", _("Not seen since"), filters.unseen_since, kind="date", order=51),
        MemberFilter("language", _("Language"), filters.by_language, filters.languages, order=60),
    ):
        member_filters.register(one)
    member_activities.register(MemberActivity("rights", _("Rights"), activity.rights, order=10))
    member_activities.register(MemberActivity("sign-ins", _("Sign-ins"), activity.sign_ins, order=20))
    member_activities.register(MemberActivity("visits", _("Visits by staff"), activity.visits_made, order=30))
    member_activities.register(MemberActivity("notices", _("Notices"), activity.told, order=40))
    due_work.register(DueWork("work on members", actions.run_due, order=60))
    export_sections.register(ExportSection("people", _("What staff wrote"), MODELS, _own_marks, order=70))
    erasure_steps.register(ErasureStep("people", MODELS, _erase_marks, order=70))


def _own_marks(account: Any) -> list[dict[str, Any]]:
    tags = MemberTag.objects.filter(account=account).select_related("tag")
    notes = Note.objects.filter(account=account).order_by("created_at")
    lines = JobLine.objects.filter(account=account).select_related("job")
    return [
        *({"tag": t.tag.name, "at": t.at.isoformat()} for t in tags),
        *({"note": n.text, "at": n.created_at.isoformat()} for n in notes),
        *({"work": line.job.work, "at": line.job.created_at.isoformat(), "line": line.data} for line in lines),
    ]


def _erase_marks(account: Any) -> None:
    MemberTag.objects.filter(account=account).delete()
    Note.objects.filter(account=account).delete()
    JobLine.objects.filter(account=account).delete()
    JobLine.objects.filter(email__iexact=account.email).delete()
    Note.objects.filter(author=account).update(author=None)
    Job.objects.filter(staff=account).update(staff=None)
