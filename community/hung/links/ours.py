"""Which room or group stands at an address."""

from community.models import Group, Room


def subject_at(path: str) -> str | None:
    """`room:<id>` or `group:<id>` for `/<language>/groups/…`, None for other paths."""
    parts = path.strip("/").split("/")
    if len(parts) < 3 or parts[1] != "groups":
        return None
    if len(parts) > 3:
        room = Room.objects.filter(group__slug=parts[2], slug=parts[3]).first()
        return room.subject if room else None
    group = Group.objects.filter(slug=parts[2]).values_list("pk", flat=True).first()
    return f"group:{group}" if group else None
