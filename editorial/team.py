"""The group of editors: what they may do in the admin."""

from django.contrib.auth.models import Group, Permission
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
ON_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
ON_IMAGES = ("add_image", "change_image", "choose_image")


def ensure_team() -> Group:
    """Editors may add, change and publish every page, and use every picture. Safe to repeat."""
    group, _ = Group.objects.get_or_create(name=EDITORS)
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    group.permissions.add(*Permission.objects.filter(content_type__app_label="editorial", content_type__model="topic"))
    root, pictures = Page.objects.get(depth=1), Collection.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=ON_PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    label = get_image_model()._meta.app_label
    for permission in Permission.objects.filter(content_type__app_label=label, codename__in=ON_IMAGES):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=pictures, permission=permission)
    return group
