"""System checks: a key that nothing knows opens nothing, or shuts something for ever. Run by `check --database default`."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from membership import keys
from membership.models import Tier

SINGLE = frozenset({"story"})  # granted one by one, never by a tier


@register(Tags.database)
def entitlement_keys(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Keys in tiers, pages, rooms and perks: E001 unknown kind, E002 no such tier, W001 nobody can have it."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            return findings()
    except DatabaseError:  # tables are not there yet: this very command may be about to make them
        return []


def findings() -> list[CheckMessage]:
    """What is wrong with the keys that the database holds now."""
    tiers = frozenset(Tier.objects.values_list("key", flat=True))
    given = keys.given()
    found = [_judged(where, key, tiers, given) for where, key in keys.asked()]
    found += [_judged("tiers", key, tiers, None) for key in sorted(given)]
    return [message for message in found if message]


def _judged(where: str, key: str, tiers: frozenset[str], given: frozenset[str] | None) -> CheckMessage | None:
    kind, _, name = key.partition(":")
    if not keys.known(key):
        return Error(f"{where} names the entitlement {key!r}, of a kind that nothing knows.",
                     hint=f"Known kinds: {', '.join(keys.kinds())}.", id="membership.E001")  # fmt: skip
    if kind == "tier" and name not in tiers:
        return Error(f"{where} names the tier {name!r}, which does not exist.",
                     hint=f"Tiers: {', '.join(sorted(tiers)) or 'none'}.", id="membership.E002")  # fmt: skip
    if given is None or key in given or key in (keys.PUBLIC, keys.ACCOUNT) or kind in SINGLE:
        return None
    return Warning(f"{where} needs {key!r}, which no tier and no plan gives: it is shut for everybody.",
                   hint="Give it to a tier, or open the place by another key.", id="membership.W001")  # fmt: skip
