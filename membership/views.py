"""The join page, one tier by its link, and the welcome after joining."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ground import pagecache
from ground.money import SYMBOLS
from membership import currencies, entitlements, queries


def safe_next(request: HttpRequest, value: str) -> str:
    """A way back inside this site, or an empty string."""
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts={request.get_host()}) else ""


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """All tiers side by side, then row by row. `?next=` is where the reader came from, `?need=` what they wanted."""
    account = request.user if request.user.is_authenticated else None
    wish = currencies.wanted(request)
    tiers = queries.listed_tiers(account, request.GET.get("need", "")[:80], wish)
    context = _context(request, account, tiers) | {
        "comparison": queries.comparison([t.tier for t in tiers]), "ways": queries.other_ways()}  # fmt: skip
    response = render(request, "membership/join.html", context)
    return response if account or request.GET or wish != settings.CURRENCY else pagecache.public(response)


@require_safe
def join_tier(request: HttpRequest, key: str) -> HttpResponse:
    """One tier by its link: the only way to a hidden one. An archived one is not there."""
    account = request.user if request.user.is_authenticated else None
    found = queries.one_tier(key, account, currencies.wanted(request))
    if found is None:
        raise Http404
    return render(request, "membership/join.html", _context(request, account, [found]) | {"alone": True})


def _context(request: HttpRequest, account: Any, tiers: list[queries.TierOffer]) -> dict[str, Any]:
    sold = queries.intervals_of(tiers)
    asked = request.GET.get("pay", "")
    return {
        "tiers": tiers,
        "switch": [(interval, queries.months_free(tiers, interval)) for interval in sold],
        "pay": asked if asked in sold else next(iter(sold), ""),
        "seat": queries.seat_of(account) if account else None,
        "currencies": _switch(request, account, tiers),
        "next": safe_next(request, request.GET.get("next", "")),
        "origin": request.GET.get("origin", "")[:120],
    }


def _switch(request: HttpRequest, account: Any, tiers: list[queries.TierOffer]) -> list[tuple[str, str, str, bool]]:
    """(code, sign, address, chosen) of each currency, where there is anything to choose: the same page in each."""
    sold = sorted(frozenset().union(*(it.currencies for it in tiers)))
    if len(sold) < 2 or currencies.bound(account):
        return []
    use = currencies.used(sold, currencies.wanted(request))
    kept = {name: request.GET[name][:200] for name in ("need", "origin", "pay") if request.GET.get(name)}
    kept |= {"next": back} if (back := safe_next(request, request.GET.get("next", ""))) else {}
    codes = sorted(sold, key=lambda one: (one != settings.CURRENCY, one))
    return [(one, SYMBOLS.get(one, ""), f"?{urlencode(kept | {'currency': one})}", one == use) for one in codes]


@never_cache
@login_required
@require_safe
def welcome(request: HttpRequest, key: str) -> HttpResponse:
    """The welcome page of a tier, for whoever holds it."""
    found = queries.welcome_for(key)
    if found is None or not entitlements.has(request.user, found.tier.entitlement):
        raise Http404
    return render(request, "membership/welcome.html", {"welcome": found, "prefix": f"/{get_language()}"})
