"""The demo's pictures in rooms: what was lifted out of the kiln that night."""

from collections.abc import Callable

from django.utils import timezone

from community.actions.parts import set_parts
from community.hung import actions
from community.hung.models import Upload
from community.models import Message
from ground.drawing import draw
from ground.drawing.raster import jpeg

# Where, the beginning of the message, and its pictures: scene, seed, name, what is to be seen.
SHOWN = [
    ("kiln-opening-night", "第一只出来了", [
        ("kiln", 7, "龙窑.jpg", "夜里的龙窑沿坡而上，一排投柴孔还亮着"),
        ("bowl", 7, "第一只.jpg", "从上面看的一只青碗，满身开片，釉里映着一扇窗"),
    ]),
]  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """Hang them; a message that has something already is left as it is."""
    step("pictures in rooms")
    for slug, begins, pictures in SHOWN:
        message = Message.objects.filter(room__slug=slug, body__startswith=begins, deleted_at=None, parts=[]).first()
        if message is not None and message.sender is not None:
            _hang(message, pictures)
    actions.thumbs_due()


def _hang(message: Message, pictures: list[tuple[str, int, str, str]]) -> None:
    hung = []
    for scene, number, name, alt in pictures:
        data = jpeg(draw(scene, number), 1200, 88)
        upload = actions.take_in(actor=message.sender, room=message.room, name=name, data=data, alt=alt)
        Upload.objects.filter(pk=upload.pk).update(message=message, bound_at=timezone.now())
        hung.append(upload.part())
    set_parts(message_id=message.pk, change=lambda parts: [*parts, *hung])
