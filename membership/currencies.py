"""In which currency somebody is shown prices: what they pay in already, else what they chose, else the house's own.

Chosen by a switch on the join page and by nothing else, and kept in the visitor's session, with us.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.http import HttpRequest

from ground import registry
from ground.money import SYMBOLS

CHOSEN = "currency"  # in the session


class Priced(Protocol):
    """Anything with a currency."""

    @property
    def currency(self) -> str: ...


P = TypeVar("P", bound=Priced)


def bound(account: Any) -> str:
    """The currency that this account pays in already: one customer is charged in one. Empty: free to choose."""
    if account is None or not account.is_authenticated:
        return ""
    return next((found for provider in registry.offers_providers if (found := provider.bound(account))), "")


def wanted(request: HttpRequest) -> str:
    """What to show prices in, if anything is sold in it. `?currency=` on the address is a choice, and is remembered."""
    asked = request.GET.get("currency", "").upper()
    if asked in SYMBOLS and asked != request.session.get(CHOSEN, ""):
        request.session[CHOSEN] = asked
    account = request.user if request.user.is_authenticated else None
    return bound(account) or str(request.session.get(CHOSEN, "")) or settings.CURRENCY


def used(sold: Sequence[str], wish: str) -> str:
    """Which of the currencies in which something is sold: the wish, else the house's own, else the first."""
    return next((one for one in (wish, settings.CURRENCY) if one in sold), next(iter(sorted(sold)), settings.CURRENCY))


def fitting(things: Sequence[P], wish: str = "") -> list[P]:
    """Those in the currency that is used for this wish; none is left without a price because nothing is sold in it."""
    use = used(sorted({thing.currency for thing in things}), wish)
    return [thing for thing in things if thing.currency == use]
