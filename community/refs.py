"""How addresses name a message: by its number in the room, or by itself where it stands under another one."""

from typing import Any


class RefConverter:
    """`12` is the twelfth message of a room, `r3456` the message with that id in a thread."""

    regex = "r?[0-9]{1,15}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: object) -> str:
        """As it is; a bare number is one of the room."""
        return str(value)


def named(ref: str) -> dict[str, Any]:
    """The filter that finds a message of a room by its ref."""
    if ref.startswith("r"):
        return {"pk": int(ref[1:]), "thread__isnull": False}
    return {"no": int(ref)}
