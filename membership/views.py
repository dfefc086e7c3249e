"""The join page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ground import pagecache
from membership import queries


def safe_next(request: HttpRequest, value: str) -> str:
    """A way back inside this site, or an empty string."""
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts={request.get_host()}) else ""


def join(request: HttpRequest) -> HttpResponse:
    """All tiers side by side, then row by row. `?next=` is where the reader came from, `?need=` what they wanted."""
    account = request.user if request.user.is_authenticated else None
    need = request.GET.get("need", "")[:80]
    tiers = queries.listed_tiers(account, need)
    context = {
        "tiers": tiers,
        "comparison": queries.comparison([t.tier for t in tiers]),
        "seat": queries.seat_of(account) if account else None,
        "next": safe_next(request, request.GET.get("next", "")),
        "origin": request.GET.get("origin", "")[:120],
    }
    response = render(request, "membership/join.html", context)
    return response if account or request.GET else pagecache.public(response)
