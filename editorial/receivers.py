"""What happens to content is told to the caches, after commit."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from editorial.models import AudiencePage, Topic
from ground.facts import content_changed


def tell(sender: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """Cached pages must fall, in every process."""
    reason = f"{type(instance).__name__} {getattr(instance, 'pk', '')}"
    transaction.on_commit(lambda: content_changed.send(sender=sender, reason=reason))


def _tell_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, AudiencePage):
        tell(sender, instance)


def connect() -> None:
    """Called once at start. Publishing, taking back, deleting, moving; topics, pictures, privacy and sites beside."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(tell, dispatch_uid="editorial.content_changed")
    post_delete.connect(_tell_deleted, dispatch_uid="editorial.page_deleted")
    for model in (Topic, get_image_model(), PageViewRestriction, Site):
        for happened in (post_save, post_delete):
            happened.connect(tell, sender=model, dispatch_uid=f"editorial.{model.__name__}")
