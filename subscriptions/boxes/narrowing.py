"""Which orders staff mean: filters as they stand in an address, and the queryset that they come to."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounts.models import User
from subscriptions.boxes.enums import OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription

NUMBER = re.compile(r"(?:YJ-[A-Z0-9]{1,7}-)?(?P<pk>\d{1,18})", re.ASCII | re.IGNORECASE)
MOST_ACCOUNTS = 500  # accounts that a word finds; a better word finds fewer


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters, each empty or of a known shape: what a person typed and nobody knows is empty."""

    cycle: str = ""
    plan: str = ""
    state: str = ""
    kind: str = ""
    variant: str = ""
    country: str = ""
    flag: str = ""
    q: str = ""

    @property
    def data(self) -> dict[str, str]:
        """What is asked, without what is empty: JSON, hidden fields."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def query(self) -> str:
        """As it stands in an address, without the cycle, which is the page's own."""
        return urlencode({name: value for name, value in self.data.items() if name != "cycle"})


def order_id(number: str) -> int | None:
    """The id in `YJ-202611-000042` or in `42`; None for what is no number."""
    found = NUMBER.fullmatch(number.strip())
    return int(found["pk"]) if found else None


def asked_of(said: Mapping[str, str], cycle: int | None = None) -> Asked:
    """Filters out of an address or a kept run."""
    country = said.get("country", "").strip().upper()
    return Asked(
        cycle=str(cycle) if cycle else _number(said.get("cycle", "")),
        plan=_number(said.get("plan", "")),
        state=said.get("state", "") if said.get("state", "") in OrderState.values else "",
        kind=said.get("kind", "") if said.get("kind", "") in OrderKind.values else "",
        variant=_number(said.get("variant", "")),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        flag="1" if said.get("flag") == "1" else "",
        q=said.get("q", "").replace("\x00", "").strip()[:80],
    )


def _number(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) < 18 else ""


def narrowed(asked: Asked) -> QuerySet[BoxOrder]:
    """The orders that are meant."""
    rows = BoxOrder.objects.all()
    rows = rows.filter(cycle=int(asked.cycle)) if asked.cycle else rows
    rows = rows.filter(cycle__plan=int(asked.plan)) if asked.plan else rows
    rows = rows.filter(state=asked.state) if asked.state else rows
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    rows = rows.filter(variant=int(asked.variant)) if asked.variant else rows
    rows = rows.filter(address__country=asked.country) if asked.country else rows
    rows = rows.exclude(flag="") if asked.flag else rows
    return rows.filter(_searched(asked.q)) if asked.q else rows


def _searched(text: str) -> Q:
    """By number, e-mail, name, tracking number; a number is looked for as one first."""
    pk = order_id(text)
    if pk is not None and (text.upper().startswith("YJ-") or len(text) < 10):
        return Q(pk=pk)
    named = Q(email__startswith=text.lower())  # kept in small letters: an index answers
    if "@" not in text:
        named |= Q(name__icontains=text)
    people = User.objects.filter(named)
    boxes = BoxSubscription.objects.filter(account__in=list(people.values_list("pk", flat=True)[:MOST_ACCOUNTS]))
    found = Q(subscription__in=list(boxes.values_list("pk", flat=True)[:MOST_ACCOUNTS]))
    if "@" not in text:
        found |= Q(tracking=text) | Q(address__recipient__icontains=text)
    return found
