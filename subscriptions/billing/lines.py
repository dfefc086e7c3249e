"""Lines of an invoice that is still to come, in our own words and the member's language. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ground.money import Money
from ground.templatetags.yaji import reading_date
from subscriptions.billing.models import PlanPrice


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a preview: what it is for, and how much."""

    text: str
    money: Money


def prices_in(remote: Sequence[Mapping[str, Any]]) -> set[str]:
    """Stripe's ids of the prices that the lines name."""
    return {found for line in remote if (found := _price(line))}


def told(remote: Iterable[Mapping[str, Any]], prices: Mapping[str, PlanPrice], currency: str) -> list[Line]:
    """Stripe's lines in our words; one whose price is none of `prices` (by Stripe's id) in Stripe's own."""
    return [
        Line(_said(line, prices.get(_price(line))) or line["description"] or "", Money(line["amount"], currency))
        for line in remote
    ]


def _said(line: Mapping[str, Any], price: PlanPrice | None) -> str:
    if price is None:
        return ""
    words = {"what": _what(price, line.get("quantity") or 1), **_days(line)}
    if not _prorated(line):
        return _("%(what)s: %(start)s to %(end)s") % words
    if line["amount"] < 0:
        return _("%(what)s: days paid and not used, %(start)s to %(end)s") % words
    return _("%(what)s: the days that are left, %(start)s to %(end)s") % words


def _what(price: PlanPrice, quantity: int) -> str:
    name = f"{price.plan.name} · {price.get_interval_display()}"
    if not price.plan.per_seat:
        return name
    return ngettext("%(name)s, %(n)s seat", "%(name)s, %(n)s seats", quantity) % {"name": name, "n": quantity}


def _days(line: Mapping[str, Any]) -> dict[str, str]:
    return {side: reading_date(datetime.fromtimestamp(line["period"][side], UTC)) for side in ("start", "end")}


def _price(line: Mapping[str, Any]) -> str:
    found = ((line.get("pricing") or {}).get("price_details") or {}).get("price") or ""
    return str(found["id"] if isinstance(found, dict) else found)


def _prorated(line: Mapping[str, Any]) -> bool:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return bool(details.get("proration"))
