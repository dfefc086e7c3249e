"""The demo's people. Their password is known to everybody, so they are refused outside development."""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group, Permission

from accounts.models import User

PASSWORD = "yaji-demo"  # noqa: S105 - public by design
PEOPLE = {
    "reader": ("白露", "zh-hans"),
    "friend": ("陶知白", "zh-hans"),
    "member": ("宁远", "zh-hans"),
    "patron": ("Wen Di", "en"),
    "subscriber": ("闻笛", "zh-hans"),
    "guest": ("阿桂", "zh-hans"),
    "moderator": ("柳如梳", "zh-hans"),
    "editor": ("沈砚秋", "zh-hans"),
    "fulfilment": ("汪素槽", "zh-hans"),
    "admin": ("周其朗", "zh-hans"),
}
STAFF_GROUPS = {"editor": "Editors", "moderator": "Moderators", "fulfilment": "Fulfilment"}


class NotHere(RuntimeError):
    """Demo people must not be made where real people are."""


def seed(step: Callable[[str], None]) -> None:
    """Ten people; running it again changes nothing."""
    if settings.ENVIRONMENT.production:
        raise NotHere("Demo accounts are for development only.")
    for local, (name, language) in PEOPLE.items():
        step(f"{local}@example.com")
        _person(local, name, language)


def _person(local: str, name: str, language: str) -> User:
    email = f"{local}@example.com"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(
            email, PASSWORD, name=name, language=language,
            is_staff=local == "admin", is_superuser=local == "admin",
        )  # fmt: skip
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    if local in STAFF_GROUPS:
        group, _ = Group.objects.get_or_create(name=STAFF_GROUPS[local])
        group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
        user.groups.add(group)
    return user
