"""The staff group that writes and sends letters."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

TEAM = "Letters"
MAY = ("add_campaign", "change_campaign", "view_campaign", "send_campaign",
       "add_newsletter", "change_newsletter", "view_newsletter", "view_suppression")  # fmt: skip


def ensure_team() -> Group | None:
    """The group with its permissions, made when it is missing; None while Wagtail's own are not there yet."""
    found = Group.objects.filter(name=TEAM).first()
    if found is not None:
        return found
    create_permissions(apps.get_app_config("letters"), verbosity=0)
    wanted = Q(content_type__app_label="letters", codename__in=MAY) | Q(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    permissions = list(Permission.objects.filter(wanted))
    if len(permissions) <= len(MAY):
        return None
    team = Group.objects.create(name=TEAM)
    team.permissions.set(permissions)
    return team
