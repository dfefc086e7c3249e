"""What these tests do again and again: bring a file, send it, ask for it."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from community.hung import actions
from community.hung.models import Upload
from community.models import HeldMessage, Message, Room
from tests.factories.community import say
from tests.hung import samples


def brought(actor: User, where: Room, data: bytes | None = None, name: str = "kiln.jpg", alt: str = "") -> Upload:
    return actions.take_in(actor=actor, room=where, name=name, data=data or samples.photograph(), alt=alt)


def sent(actor: User, where: Room, *uploads: Upload, body: str = "Look.") -> Message:
    return say(actor, where, body, att=[u.pk for u in uploads]).message


def post(client: Client, where: Room, data: bytes, name: str = "kiln.jpg", **more: Any) -> Any:
    return client.post(f"{where.get_absolute_url()}files", {"file": SimpleUploadedFile(name, data), **more})


def held(actor: User, where: Room, *uploads: Upload, **more: Any) -> HeldMessage:
    kept = {"room": where, "sender": actor, "client_id": uuid.uuid4(), "body": "x", "word": "x", "at": timezone.now()}
    return HeldMessage.objects.create(**{**kept, "att": [u.pk for u in uploads], **more})


def url(upload: Upload, small: bool = False) -> str:
    assert upload.room is not None
    return upload.room.get_absolute_url() + (upload.thumb_path if small else upload.path)


def stored(upload: Upload) -> list[bool]:
    return [field.storage.exists(field.name) for field in (upload.file, upload.thumb) if field]
