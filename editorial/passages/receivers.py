"""The index follows what is published, moved, shut off and deleted."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from editorial.passages import actions


def _one(sender: Any, instance: Page, **kwargs: Any) -> None:
    actions.write(page=instance)


def _gone(sender: Any, instance: Page, **kwargs: Any) -> None:
    actions.remove(page=instance)


def _below(sender: Any, instance: Page, **kwargs: Any) -> None:
    actions.write_below(page=Page.objects.get(pk=instance.pk))


def _privacy(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        actions.write_below(page=page)


def connect() -> None:
    """Called once at start."""
    page_published.connect(_one, dispatch_uid="passages.one")
    page_unpublished.connect(_gone, dispatch_uid="passages.gone")
    for signal in (page_slug_changed, post_page_move):
        signal.connect(_below, dispatch_uid="passages.below")
    for happened in (post_save, post_delete):
        happened.connect(_privacy, sender=PageViewRestriction, dispatch_uid="passages.privacy")
