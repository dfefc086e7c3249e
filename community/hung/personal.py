"""What a person takes along of their files, and what becomes of them when they go."""

from typing import Any

from django.db import transaction

from accounts.models import User
from community.hung import actions
from community.hung.models import Upload

MODELS = ("hung.Upload",)


def collect(account: User) -> list[dict[str, Any]]:
    """A line for each file that is there."""
    rows = Upload.objects.filter(owner=account, gone_at=None).select_related("room__group", "message").order_by("pk")
    return [_line(upload) for upload in rows]


def _line(upload: Upload) -> dict[str, Any]:
    return {
        "name": upload.name, "kind": upload.kind, "alt": upload.alt, "bytes": upload.size,
        "brought": upload.created_at.isoformat(), "room": upload.room.slug if upload.room else "",
        "message": upload.message_id, "address": upload.room.get_absolute_url() + upload.path if upload.room else "",
    }  # fmt: skip


@transaction.atomic
def erase(account: User) -> None:
    """Files go, those never sent too; who brought them is forgotten."""
    actions.discard(Upload.objects.filter(owner=account, gone_at=None))
    Upload.objects.filter(owner=account).update(owner=None)
