"""To whom a letter can go: `everybody`, or a circle of a registered source such as `tier:friend`."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ground.registry import segments

EVERYBODY = "everybody"


def choices() -> list[tuple[str, Any]]:
    """For a form: everybody first, then each source as a group."""
    found: list[tuple[str, Any]] = [(EVERYBODY, _("Everybody who chose the newsletter"))]
    for source in segments:
        circles = [(f"{source.key}:{name}", label) for name, label in source.choices()]
        found += [(source.label, circles)] if circles else []
    return found


def label(key: str) -> str:
    """A segment in words; its key when the circle is gone."""
    for value, words in choices():
        if value == key:
            return str(words)
        if isinstance(words, list) and key in dict(words):
            return f"{value}: {dict(words)[key]}"
    return key


def known(key: str) -> bool:
    """True when the segment exists now."""
    source, _colon, name = key.partition(":")
    found = segments.get(source)
    return key == EVERYBODY or (found is not None and name in dict(found.choices()))


def accounts(key: str, at: datetime) -> Any:
    """Ids of the accounts of a segment, as a subselect; nobody for one that does not exist."""
    if key == EVERYBODY:
        return User.objects.values_list("pk", flat=True)
    source, _colon, name = key.partition(":")
    found = segments.get(source)
    return found.accounts(name, at) if found else User.objects.none().values_list("pk", flat=True)
