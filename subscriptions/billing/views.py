"""The HTTP edge of billing: to the payment page, back from it, and what a member does with a subscription."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from membership import entitlements
from membership.queries import tier_can_be_joined
from subscriptions.billing import access, actions, gateway, joining, sync
from subscriptions.billing.enums import CheckoutState, PlanKind
from subscriptions.billing.forms import LeaveForm
from subscriptions.billing.models import Checkout, PlanPrice, Subscription

INTENT = "billing:intent"


def _own_path(request: HttpRequest, name: str) -> str:
    value = (request.POST or request.GET).get(name, "")[:500]
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts={request.get_host()}) else ""


@never_cache
def checkout(request: HttpRequest, lookup_key: str) -> HttpResponse:
    """To the payment page for one price.

    A visitor signs up first and is brought straight on: the intent is kept in their session, so that a link from
    somewhere else cannot start a payment by itself; without an intent a GET shows a page with a button.
    """
    price = get_object_or_404(PlanPrice.objects.select_related("plan"), lookup_key=lookup_key, active=True)
    if price.plan.kind == PlanKind.TIER and not tier_can_be_joined(price.plan.target):
        raise Http404
    wish = joining.Wish(
        price=price,
        next_url=_own_path(request, "next"),
        origin=(request.POST or request.GET).get("origin", "")[:120],
        language=get_language() or "en",
    )
    if not request.user.is_authenticated:
        request.session[INTENT] = lookup_key
        back = f"{request.path}?{urlencode({'next': wish.next_url, 'origin': wish.origin})}"
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': back})}")
    meant = request.method == "POST" or request.session.pop(INTENT, "") == lookup_key
    return _to_payment(request, wish) if meant else render(request, "billing/confirm.html", {"wish": wish})


def _to_payment(request: HttpRequest, wish: joining.Wish) -> HttpResponse:
    try:
        started = joining.start(account=request.user, wish=wish)
    except joining.AlreadyMember as member:
        plan = Subscription.objects.select_related("plan").get(pk=member.subscription.pk).plan
        messages.info(request, _("You have %(plan)s already; nothing was charged.") % {"plan": plan.name})
        return redirect(wish.next_url or "accounts:home")
    except gateway.GatewayError:
        context = {"wish": wish, "away": True}
        return render(request, "billing/confirm.html", context, status=503)
    return redirect(started.session_url)


@never_cache
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Back from the payment page. It only reads: rights come from the webhook alone. Until then the page asks again."""
    try:
        row = access.access_checkout(request.user, request.GET.get("s", ""))
    except Checkout.DoesNotExist as missing:
        raise Http404 from missing
    arrived = row.state == CheckoutState.COMPLETE and entitlements.has(request.user, row.price.plan.entitlement)
    context: dict[str, Any] = {"checkout": row, "arrived": arrived}
    template = "billing/welcome_state.html" if request.htmx else "billing/welcome.html"  # type: ignore[attr-defined]
    response = render(request, template, context)
    if not arrived and not request.htmx:  # type: ignore[attr-defined]
        response["Refresh"] = "3"  # works without scripts too
    return response


@never_cache
@login_required
def leave(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Leaving: one page that says what stays and until when, one button."""
    subscription = _mine(request, stripe_id)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(subscription=subscription, **form.cleaned_data)
        except actions.NotLive:
            messages.info(request, _("This has ended already."))
        return redirect("accounts:home")
    return render(request, "billing/leave.html", {"subscription": subscription, "form": form})


@require_POST
@login_required
def take_back(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Staying after all."""
    try:
        actions.take_back(subscription=_mine(request, stripe_id))
        messages.success(request, _("You stay. Nothing else changes."))
    except actions.NotLive:
        messages.info(request, _("This has ended already."))
    return redirect("accounts:home")


@require_POST
@login_required
def refresh(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Ask Stripe again how this subscription stands: the same path as a webhook."""
    subscription = _mine(request, stripe_id)
    try:
        sync.subscription(subscription.stripe_id)
    except gateway.GatewayError:
        messages.error(request, _("The payment service does not answer. Try again in a minute."))
    return redirect("accounts:home")


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
        return redirect("accounts:home")


def _mine(request: HttpRequest, stripe_id: str) -> Subscription:
    try:
        return access.access_subscription(request.user, stripe_id)
    except Subscription.DoesNotExist as missing:
        raise Http404 from missing
