"""The group of editors: what they may do in the admin, and the workflow in which a second of them agrees."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
ON_PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
ON_FILES = ("add", "change", "choose")
FACETS = ("topic", "craft", "period", "region")
LETTERS = ("add_campaign", "change_campaign", "view_campaign", "send_campaign", "view_newsletter")
APPS = ("wagtailcore", "wagtailadmin", "wagtailimages", "wagtaildocs", "files", "editorial", "polls", "letters")


def made() -> bool:
    """True once the team has been laid out: from then on it is the staff's to change."""
    from editorial.desk.models import SecondEditorTask

    return not Page.objects.filter(depth=1).exists() or SecondEditorTask.objects.exists()


def ensure_team() -> Group:
    """Editors may write, publish and lock every page, use every picture, file, facet and poll, and send letters.

    Nothing of money and nothing of accounts. Safe to repeat; what staff have granted beside stays.
    """
    from editorial.desk.workflow import ensure_workflow

    for label in APPS:
        create_permissions(apps.get_app_config(label), verbosity=0)
    group, _ = Group.objects.get_or_create(name=EDITORS)
    group.permissions.add(*Permission.objects.filter(_granted()))
    _grant_on_trees(group)
    ensure_workflow(group)
    return group


def _granted() -> Q:
    return (
        Q(content_type__app_label="wagtailadmin", codename="access_admin")
        | Q(content_type__app_label="editorial", content_type__model__in=FACETS)
        | Q(content_type__app_label="polls", content_type__model="poll")
        | Q(content_type__app_label="letters", codename__in=LETTERS)
    )


def _grant_on_trees(group: Group) -> None:
    root, collection = Page.objects.get(depth=1), Collection.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=ON_PAGES):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for model in (Image, Document):  # whatever models a house uses, Wagtail asks for the rights on these
        names = [f"{verb}_{model._meta.model_name}" for verb in ON_FILES]
        on_model = Permission.objects.filter(content_type__app_label=model._meta.app_label, codename__in=names)
        for permission in on_model:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
