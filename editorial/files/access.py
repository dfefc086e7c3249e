"""May somebody open this file? The one place that answers."""

from typing import Any

from django.http import HttpRequest

from editorial.files.models import HouseFile
from editorial.files.placing import gates, stories
from editorial.readers.access import opens_this_one
from membership import entitlements


def reaches(account: Any, subject: str) -> bool:
    """True when one of the gated places of a thing is open to the account, or none of its places is gated."""
    ways = gates(subject)
    if not ways or any(all(entitlements.has(account, key) for key in way) for way in ways):
        return True
    return any(entitlements.has(account, f"story:{key}") for key in stories(subject))


def opened_alone(request: HttpRequest, subject: str) -> bool:
    """True when the thing stands in a story that this reader has open by itself: by a read of their month, or by a gift."""
    return any(opens_this_one(request, f"story:{key}") for key in stories(subject))


def may_open(request: HttpRequest, file: HouseFile) -> bool:
    """The file's own audience, and a way to it. Those who edit see every file; a private collection stays private."""
    account = request.user
    if account.is_authenticated and account.has_perm("wagtailadmin.access_admin"):
        return True
    subject = f"file:{file.pk}"
    if not (entitlements.has(account, file.audience) and reaches(account, subject)) and not opened_alone(
        request, subject
    ):
        return False
    return all(rule.accept_request(request) for rule in file.collection.get_view_restrictions())


def is_closed(file: HouseFile) -> bool:
    """True when not everybody may open it: then no shared cache may keep it."""
    return bool(file.audience) or bool(gates(f"file:{file.pk}")) or file.collection.get_view_restrictions().exists()
