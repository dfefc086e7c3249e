"""What happens to content is told to the caches, after commit."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.images import get_image_model
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from editorial.models import AudiencePage, StoryPage, Topic
from ground.facts import content_changed, story_shown


def tell(sender: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """Cached pages must fall, in every process."""
    reason = f"{type(instance).__name__} {getattr(instance, 'pk', '')}"
    transaction.on_commit(lambda: content_changed.send(sender=sender, reason=reason))


def _tell_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, AudiencePage):
        tell(sender, instance)


def tell_shown(sender: Any = None, instance: Any = None, **kwargs: Any) -> None:
    """Others hang things on stories: what it is called now, and who reads it, in all its languages together."""
    if isinstance(instance, StoryPage):
        key = instance.translation_key
        transaction.on_commit(lambda: _send_shown(key))


def _send_shown(translation_key: uuid.UUID) -> None:
    pages = list(StoryPage.objects.readable().filter(translation_key=translation_key).select_related("locale"))
    titles = {page.locale.language_code[:2]: page.title for page in pages}
    asked = {page.audience for page in pages} - {""}
    story_shown.send(
        sender=StoryPage, story_key=f"story:{translation_key}", title_zh=titles.get("zh", ""),
        title_en=titles.get("en", ""), entitlement=next(iter(asked), ""),
        readable=bool(pages) and len(asked) < 2,  # languages that ask for different rights: no one right opens both
    )  # fmt: skip


def tell_all_shown() -> int:
    """Every story, once; for a house whose stories are older than what hangs on them. Answers how many."""
    keys = set(StoryPage.objects.values_list("translation_key", flat=True))
    for key in keys:
        _send_shown(key)
    return len(keys)


def connect() -> None:
    """Called once at start. Publishing, taking back, deleting, moving; topics, pictures, privacy and sites beside."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(tell, dispatch_uid="editorial.content_changed")
    for signal in (page_published, page_unpublished):
        signal.connect(tell_shown, dispatch_uid="editorial.story_shown")
    post_delete.connect(tell_shown, sender=StoryPage, dispatch_uid="editorial.story_deleted")
    post_delete.connect(_tell_deleted, dispatch_uid="editorial.page_deleted")
    for model in (Topic, get_image_model(), PageViewRestriction, Site):
        for happened in (post_save, post_delete):
            happened.connect(tell, sender=model, dispatch_uid=f"editorial.{model.__name__}")
