"""Seeing the house with a member's eyes: begun with a reason, told to the member, never over staff, never with money."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import StaffVisit, User

MARK = "visit"  # in the staff's session: the id of the open visit
LONGEST = timedelta(hours=1)
PERMISSION = "accounts.visit_members"

# While visiting: what may be written, and what is not even looked at. Everything else can be read and not changed.
MAY_WRITE = frozenset({"accounts:details", "accounts:visit_end", "letters:choices", "set_language"})
CLOSED_SPACES = frozenset({"billing", "seats", "gifts", "shop"})
CLOSED_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_")
CLOSED_VIEWS = frozenset(
    {"accounts:ways", "accounts:data", "accounts:export", "accounts:erase", "accounts:link", "accounts:again"}
)


class NotAllowed(PermissionError):
    """Nobody visits staff, oneself, a closed account, or without the permission and a reason."""


@transaction.atomic
def begin(*, staff: User, account: User, reason: str) -> StaffVisit:
    """Begin a visit. Raises `NotAllowed`. An open visit of the same staff ends."""
    if not may_visit(staff, account) or not reason.strip():
        raise NotAllowed
    end(staff=staff)
    now = timezone.now()
    return StaffVisit.objects.create(
        account=account, staff=staff, reason=reason.strip()[:250], started_at=now, ends=now + LONGEST
    )


def end(*, staff: User) -> int:
    """End this staff's open visits; answers how many."""
    return StaffVisit.objects.filter(staff=staff, ended_at=None).update(ended_at=timezone.now())


def may_visit(staff: Any, account: User) -> bool:
    """True when `staff` may look with this account's eyes."""
    return staff.has_perm(PERMISSION) and staff.pk != account.pk and account.is_active and not is_staff(account)


def is_staff(account: User) -> bool:
    """True for whoever may enter the admin."""
    return account.is_staff or account.has_perm("wagtailadmin.access_admin")


def running(pk: Any, staff: User) -> StaffVisit | None:
    """The open visit of this id and staff, judged afresh: what would not be allowed any more is over. None otherwise."""
    row = (
        StaffVisit.objects.filter(Q(pk=pk), staff=staff, ended_at=None, ends__gt=timezone.now())
        .select_related("account")
        .first()
    )
    return row if row and may_visit(staff, row.account) else None


def of(account: Any, most: int = 20) -> list[StaffVisit]:
    """Visits to this account, newest first."""
    return list(StaffVisit.objects.filter(account=account).select_related("staff").order_by("-started_at")[:most])


def allows(view_name: str, method: str) -> bool:
    """Pure: may a visiting member of staff ask for this view with this method?"""
    space = view_name.partition(":")[0] if ":" in view_name else ""
    if view_name in CLOSED_VIEWS or space in CLOSED_SPACES or view_name.startswith(CLOSED_PREFIXES):
        return False
    return method in ("GET", "HEAD") or view_name in MAY_WRITE


def staff_ids() -> Any:
    """Ids of accounts that may enter the admin, as a query."""
    permission = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    from django.contrib.auth.models import Permission

    granted = Permission.objects.filter(permission)
    return (
        get_user_model()
        .objects.filter(
            Q(is_staff=True)
            | Q(is_superuser=True)
            | Q(groups__permissions__in=granted)
            | Q(user_permissions__in=granted)
        )
        .values("pk")
    )
