"""The staff group that works the queue."""

from django.contrib.auth.models import Group as StaffGroup
from django.contrib.auth.models import Permission
from django.db.models import Q

TEAM = "Community moderators"


def ensure_team() -> StaffGroup | None:
    """The group with its permissions, made when it is missing; None while the permissions are not there yet."""
    found = StaffGroup.objects.filter(name=TEAM).first()
    if found is not None:
        return found
    wanted = Q(content_type__app_label="community", codename="change_case") | Q(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    permissions = list(Permission.objects.filter(wanted))
    if len(permissions) < 2:
        return None
    team = StaffGroup.objects.create(name=TEAM)
    team.permissions.set(permissions)
    return team
