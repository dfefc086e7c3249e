"""What readers say under a story: a room of its own, in one group that the directory does not list.

It is a room like every other: numbers, moderation, mentions, threads and the live page come with it. Who reads it
follows the story: whoever may read the one may read the other.
"""

from django.db import transaction

from community.enums import EVERYBODY, Purpose
from community.models import Group, Room

GROUP = "under-stories"
EDITION = "edition:"
SHUT = "nobody"  # an entitlement that nobody holds: the story cannot be read any more


def room_under(subject_key: str) -> Room | None:
    """The room of what is said below a story or a box edition, None where there is none."""
    rows = Room.objects.select_related("group").filter(subject_key=subject_key)
    if not subject_key.startswith(EDITION):  # an edition has one room, for all that is said about it
        rows = rows.filter(group__purpose=Purpose.COMMENTS)
    return rows.first() if subject_key else None


@transaction.atomic
def open_under(*, subject_key: str, title_zh: str, title_en: str, entitlement: str) -> Room:
    """The room of a story's comments, made once; its name and its readers are those of the story."""
    group = Group.objects.get_or_create(
        slug=GROUP,
        defaults={"name_zh": "故事之下", "name_en": "Under the stories", "order": 90, "purpose": Purpose.COMMENTS,
                  "about_zh": "读者在每篇故事下面说的话。", "about_en": "What readers say below each story.",
                  "rules_zh": "说故事，不说人。引用请注明出处。", "rules_en": "Speak about the story, not about people. Say where a quotation is from."},
    )[0]  # fmt: skip
    told = {
        "name_zh": (title_zh or title_en)[:80], "name_en": (title_en or title_zh)[:80],
        "read_key": entitlement or EVERYBODY,
    }  # fmt: skip
    room, new = Room.objects.select_for_update().get_or_create(
        group=group, slug=subject_key.replace(":", "-").lower()[:60], defaults={**told, "subject_key": subject_key}
    )
    if not new and any(getattr(room, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(room, name, value)
        room.save(update_fields=list(told))
    return room


def shut_under(subject_key: str) -> None:
    """The story is not there any more: its comments are kept, and nobody but moderators reads them."""
    room = room_under(subject_key)
    if room is not None and room.read_key != SHUT:
        room.read_key = SHUT
        room.save(update_fields=["read_key"])
