"""The HTTP edge of billing: to the payment page, back from it, and what a member does with a subscription."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from membership import entitlements
from membership.queries import tier_can_be_joined, welcome_for
from subscriptions.billing import access, actions, code_views, codes, deals, gateway, joining, releasing, sync
from subscriptions.billing.answers import told
from subscriptions.billing.enums import CheckoutKind, CheckoutState, Interval, PlanKind
from subscriptions.billing.models import Checkout, PlanPrice, Subscription

INTENT = "billing:intent"


def _said(request: HttpRequest, name: str) -> str:
    return (request.POST or request.GET).get(name, "")


def _seats(request: HttpRequest, price: PlanPrice) -> int:
    said = _said(request, "seats")
    return int(said) if price.plan.per_seat and said.isdecimal() and len(said) < 5 else 1


def _own_path(request: HttpRequest, name: str) -> str:
    value = (request.POST or request.GET).get(name, "")[:500]
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts={request.get_host()}) else ""


@never_cache
def checkout(request: HttpRequest, lookup_key: str) -> HttpResponse:
    """To the payment page for one price.

    A visitor signs up first and is brought straight on: the intent is kept in their session, so that a link from
    somewhere else cannot start a payment by itself; without an intent a GET shows a page with a button.
    """
    joinable = PlanPrice.objects.select_related("plan").filter(active=True, gift_months=None)
    joinable = joinable.exclude(plan__kind=PlanKind.THING)  # gifts and single things have pages of their own
    once = Q(interval=Interval.ONCE) & (
        Q(boxes=None) | Q(boxes=1)
    )  # a first box is charged with its subscription alone
    joinable = joinable.exclude(once, plan__kind=PlanKind.BOX)
    price = get_object_or_404(joinable, lookup_key=lookup_key)
    if price.plan.kind == PlanKind.TIER and not tier_can_be_joined(price.plan.target):
        raise Http404
    wish = joining.Wish(
        price=price,
        next_url=_own_path(request, "next"),
        origin=_said(request, "origin")[:120],
        language=get_language() or "en",
        quantity=_seats(request, price),
        deal=codes.find(_said(request, "deal")),
        choice=_said(request, "choice")[:40] if price.plan.kind == PlanKind.BOX else "",
    )
    if _said(request, "deal").strip() and wish.deal is None:
        return code_views.unknown(_said(request, "deal"))
    if waits := releasing.waiting(price.plan, request.user):
        return render(request, "billing/confirm.html", {"wish": wish, "waits": waits})
    if not request.user.is_authenticated:
        request.session[INTENT] = lookup_key
        given = {"next": wish.next_url, "origin": wish.origin, "seats": wish.quantity if wish.quantity > 1 else ""}
        given |= {"deal": wish.deal.code if wish.deal else "", "choice": wish.choice}
        back = f"{request.path}?{urlencode({k: v for k, v in given.items() if v})}"
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': back})}")
    held = joining.live_in(request.user, price.plan.slot)
    if request.method == "GET" and held and held.price_id != price.pk and price.plan.kind == PlanKind.TIER:
        return redirect("billing:change", stripe_id=held.stripe_id, lookup_key=price.lookup_key)
    meant = request.method == "POST" or request.session.pop(INTENT, "") == lookup_key
    return _to_payment(request, wish) if meant else render(request, "billing/confirm.html", {"wish": wish})


def _to_payment(request: HttpRequest, wish: joining.Wish) -> HttpResponse:
    try:
        started = joining.start(account=request.user, wish=wish)
    except joining.AlreadyMember as member:
        return _member_already(request, wish, member)
    except joining.WrongSize:
        messages.error(request, _("A group has %(least)s to %(most)s seats.") % {
            "least": wish.price.plan.smallest_group, "most": wish.price.plan.largest_group})  # fmt: skip
        return redirect("billing:group")
    except releasing.NotYet as waits:
        return render(request, "billing/confirm.html", {"wish": wish, "waits": waits})
    except joining.OtherCurrency as paying:
        messages.error(request, _("You pay in %(currency)s already, and everything of yours is charged in it. Here are its prices.") % {"currency": paying})  # fmt: skip
        return redirect("membership:join")
    except deals.NotForYou as refused:
        return code_views.refused(request, wish, refused)
    except gateway.GatewayError:
        context = {"wish": wish, "away": True}
        return render(request, "billing/confirm.html", context, status=503)
    return redirect(started.session_url)


def _member_already(request: HttpRequest, wish: joining.Wish, member: joining.AlreadyMember) -> HttpResponse:
    """Nobody pays twice: whoever sits at another tier is shown what changing to this one costs."""
    held = member.subscription
    if held and held.price_id != wish.price.pk and not wish.next_url and held.plan.kind == PlanKind.TIER:
        return redirect("billing:change", stripe_id=held.stripe_id, lookup_key=wish.price.lookup_key)
    plan = held.plan if held else wish.price.plan
    messages.info(request, _("You have %(plan)s already; nothing was charged.") % {"plan": plan.name})
    return redirect(wish.next_url or "accounts:home")


@never_cache
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Back from the payment page. It only reads: rights come from the webhook alone. Until then the page asks again."""
    try:
        row = access.access_checkout(request.user, request.GET.get("s", ""))
    except Checkout.DoesNotExist as missing:
        raise Http404 from missing
    arrived = row.state == CheckoutState.COMPLETE
    if arrived and row.kind in (CheckoutKind.SUBSCRIPTION, CheckoutKind.ONCE) and row.price.plan.kind != PlanKind.GROUP:
        arrived = entitlements.has(request.user, row.price.plan.entitlement)
    told = (
        welcome_for(row.price.plan.target) if arrived and row.price and row.price.plan.kind == PlanKind.TIER else None
    )
    context: dict[str, Any] = {"checkout": row, "arrived": arrived, "welcome": told, "prefix": f"/{get_language()}"}
    template = "billing/welcome_state.html" if request.htmx else "billing/welcome.html"  # type: ignore[attr-defined]
    response = render(request, template, context)
    if not arrived and not request.htmx:  # type: ignore[attr-defined]
        response["Refresh"] = "3"  # works without scripts too
    return response


@require_POST
@login_required
def take_back(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Staying after all."""
    try:
        call = actions.take_back(subscription=_mine(request, stripe_id))
    except actions.NotLive:
        messages.info(request, _("This has ended already."))
        return redirect("billing:manage")
    return told(request, call, _("You stay. Nothing else changes."))


@require_POST
@login_required
def refresh(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Ask Stripe again how this subscription stands: the same path as a webhook."""
    subscription = _mine(request, stripe_id)
    try:
        sync.subscription(subscription.stripe_id)
    except gateway.GatewayError:
        messages.error(request, _("The payment service does not answer. Try again in a minute."))
    return redirect("billing:manage")


@require_POST
@login_required
def portal(request: HttpRequest) -> HttpResponse:
    """To Stripe's own page for cards and invoices."""
    try:
        return redirect(
            actions.portal_url(account=request.user, return_url=f"{settings.PUBLIC_URL}{reverse('accounts:home')}")
        )
    except gateway.GatewayError:
        messages.error(request, _("The payment service does not answer. Try again in a minute."))
        return redirect("billing:manage")


def _mine(request: HttpRequest, stripe_id: str) -> Subscription:
    try:
        return access.access_subscription(request.user, stripe_id)
    except Subscription.DoesNotExist as missing:
        raise Http404 from missing
