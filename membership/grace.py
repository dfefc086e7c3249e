"""Grace: until when a right stands whose money is missing. The ledger's readers all ask here.

The days come with the ledger's own query, so that the one question stays one query.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, IntegerField, Q, Subquery, Value
from django.db.models.functions import Coalesce

from membership.models import GraceSetting

FIELDS = {"rooms": "room_days", "box": "box_days"}
OTHERS = "reading_days"
NAMES = (OTHERS, "room_days", "box_days")


def _default(name: str) -> int:
    return int(GraceSetting._meta.get_field(name).get_default())


@dataclass(frozen=True, slots=True)
class Grace:
    """Days of grace for reading, rooms and boxes."""

    reading_days: int
    room_days: int
    box_days: int

    def of(self, key: str) -> timedelta:
        """How long the right that this key names stands."""
        return timedelta(days=getattr(self, FIELDS.get(key.partition(":")[0], OTHERS)))

    def ends(self, key: str, ends: datetime | None, overdue_since: datetime | None) -> datetime | None:
        """The moment at which the right ends: its own end, or the end of grace where that comes first."""
        if overdue_since is None:
            return ends
        last = overdue_since + self.of(key)
        return last if ends is None else min(ends, last)


def columns() -> dict[str, Any]:
    """Annotations for a query of grants: the three numbers of days; `Grace(*numbers)` takes them in this order."""
    return {
        f"grace_{name}": Coalesce(
            Subquery(GraceSetting.objects.values(name)[:1]), Value(_default(name)), output_field=IntegerField()
        )
        for name in NAMES
    }


def standing(key: str, at: datetime) -> Q:
    """The same as a filter on grants, without a query of its own: grace for `key` has not run out at that moment."""
    name = FIELDS.get(key.partition(":")[0], OTHERS)
    since = ExpressionWrapper(
        Value(at, output_field=DateTimeField())
        - ExpressionWrapper(columns()[f"grace_{name}"] * Value(timedelta(days=1)), output_field=DurationField()),
        output_field=DateTimeField(),
    )
    return Q(overdue_since=None) | Q(overdue_since__gt=since)


COLUMNS = tuple(f"grace_{name}" for name in NAMES)
