"""A member's own page about money: how things stand, changing, resting, leaving, paying, cards and receipts."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ground import clock
from membership.currencies import fitting, wanted
from subscriptions.billing import access, actions, changing, codes, deals, gateway, joining, paying, queries
from subscriptions.billing.answers import told
from subscriptions.billing.enums import CheckoutKind, PlanKind
from subscriptions.billing.forms import LeaveForm, PauseForm, SeatsForm
from subscriptions.billing.models import Deal, Invoice, PlanPrice, Subscription
from subscriptions.billing.models.deal import Reason


def _mine(request: HttpRequest, stripe_id: str) -> Subscription:
    try:
        return access.access_subscription(request.user, stripe_id)
    except Subscription.DoesNotExist as missing:
        raise Http404 from missing


def _away(request: HttpRequest) -> None:
    messages.error(request, _("The payment service does not answer. Nothing was charged. Try again in a minute."))


@never_cache
@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """How everything stands, in one sentence and one button each; below it, payments and the card."""
    found = queries.held(request.user)
    context = {
        "held": found,
        "payments": list(queries.payments(request.user)[:6]),
        "customer": getattr(request.user, "billing_customer", None),
        "returning": deals.to_return(request.user) if not any(h.subscription.live for h in found) else None,
    }
    return render(request, "billing/manage.html", context)


@never_cache
@login_required
def invoices(request: HttpRequest) -> HttpResponse:
    """Every payment with its receipt."""
    page = Paginator(queries.payments(request.user), 25).get_page(request.GET.get("p"))
    return render(request, "billing/invoices.html", {"page": page})


@never_cache
@login_required
def choose(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Every price that this subscription can change to; a group chooses its seats."""
    row = _mine(request, stripe_id)
    form = SeatsForm(plan=row.plan, initial={"seats": row.quantity}) if row.plan.per_seat else None
    return render(request, "billing/choose.html", {"subscription": row, "choices": changing.choices(row), "form": form})


@never_cache
@login_required
def change(request: HttpRequest, stripe_id: str, lookup_key: str) -> HttpResponse:
    """The exact sum first; the button makes exactly that change."""
    row = _mine(request, stripe_id)
    price = get_object_or_404(PlanPrice.objects.select_related("plan"), lookup_key=lookup_key, active=True)
    quantity = _number(request, "seats") or (row.quantity if price.plan.per_seat else 1)
    try:
        if request.method == "POST":
            return _change(request, row, price, quantity)
        found = changing.preview(row, price, quantity)
    except changing.CannotChange:
        messages.info(request, _("That change cannot be made now."))
        return redirect("billing:manage")
    except changing.SumMoved as moved:
        messages.warning(request, _("The sum has changed since you saw it. Please look again."))
        found = moved.preview
    except gateway.GatewayError:
        _away(request)
        return redirect("billing:manage")
    return render(request, "billing/change.html", {"subscription": row, "preview": found})


def _number(request: HttpRequest, name: str) -> int:
    value = (request.POST or request.GET).get(name, "")
    return int(value) if value.isdecimal() and len(value) < 12 else 0


def _change(request: HttpRequest, row: Subscription, price: PlanPrice, quantity: int) -> HttpResponse:
    shown = _number(request, "shown")
    call = changing.change(
        subscription=row, price=price, quantity=quantity, moment=_number(request, "moment"), shown=shown
    )
    return told(request, call, _("The change is made."))


@require_POST
@login_required
def keep(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Drop a planned change."""
    changing.undo(subscription=_mine(request, stripe_id))
    messages.success(request, _("Everything stays as it is."))
    return redirect("billing:manage")


@never_cache
@login_required
def pause(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Rest for some months."""
    row = _mine(request, stripe_id)
    form = PauseForm(request.POST or None, now=clock.now())
    if request.method == "POST" and form.is_valid():
        try:
            call = actions.pause(subscription=row, until=form.until())
        except (actions.NotLive, actions.NotNow):
            messages.info(request, _("It cannot rest now."))
            return redirect("billing:manage")
        return told(request, call, _("It rests. Come back whenever you like."))
    return render(request, "billing/pause.html", {"subscription": row, "form": form})


@require_POST
@login_required
def resume(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Back from a rest."""
    try:
        call = actions.resume(subscription=_mine(request, stripe_id))
    except actions.NotNow:
        messages.info(request, _("It does not rest."))
        return redirect("billing:manage")
    return told(request, call, _("Welcome back."))


@never_cache
@login_required
def leave(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Leaving: why, what we could do about it, and one button; no more steps than joining takes."""
    row = _mine(request, stripe_id)
    form = LeaveForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "billing/leave.html", {"subscription": row, "form": form})
    reason = form.cleaned_data["reason"]
    if "sure" not in request.POST:
        context = {"subscription": row, "form": form, "deal": deals.to_stay(row, reason), "said": form.cleaned_data,
                   "may_rest": reason == Reason.UNUSED and row.plan.kind != PlanKind.BOX}  # fmt: skip
        return render(request, "billing/leave_sure.html", context)
    try:
        call = actions.leave(subscription=row, **form.cleaned_data)
    except actions.NotLive:
        messages.info(request, _("This has ended already."))
        return redirect("billing:manage")
    return told(request, call, _("You leave. What is paid stays open to its end."))


@require_POST
@login_required
def stay(request: HttpRequest, stripe_id: str, code: str) -> HttpResponse:
    """Take what was offered, and stay."""
    row, deal = _mine(request, stripe_id), get_object_or_404(Deal, code=code)
    try:
        call = deals.stay(subscription=row, deal=deal)
    except deals.NotForYou:
        messages.info(request, _("That offer is over."))
        return redirect("billing:manage")
    return told(request, call, _("Thank you for staying. It counts from the next charge."))


@require_POST
@login_required
def pay(request: HttpRequest, stripe_id: str) -> HttpResponse:
    """Try an open invoice again with the saved card; where the bank wants a word, on to its page."""
    invoice = get_object_or_404(Invoice, account=request.user, stripe_id=stripe_id)
    try:
        call = paying.pay(invoice=invoice)
    except paying.NothingDue:
        messages.info(request, _("Nothing is open there."))
        return redirect("billing:manage")
    call.refresh_from_db()
    if call.code == "authentication_required" and invoice.pay_url:
        return redirect(invoice.pay_url)
    return told(request, call, _("Paid. Thank you."))


@never_cache
@login_required
def card(request: HttpRequest) -> HttpResponse:
    """Another card: one button to Stripe's page. The form's token makes two clicks one page."""
    if request.method != "POST":
        return render(
            request,
            "billing/card.html",
            {"token": uuid4(), "customer": getattr(request.user, "billing_customer", None)},
        )
    try:
        key = UUID(request.POST.get("token", ""))
        started = joining.start_apart(
            account=request.user, kind=CheckoutKind.CARD, key=key, language=get_language() or "en"
        )
    except (ValueError, joining.Checkout.DoesNotExist):
        return redirect("billing:card")
    except gateway.GatewayError:
        _away(request)
        return redirect("billing:card")
    return redirect(started.session_url)


def deal(request: HttpRequest, code: str) -> HttpResponse:
    """A special price by its link: what it is, and for which seats."""
    found = get_object_or_404(
        Deal.objects.select_related("price__plan"), code=code.lower(), purpose__in=["link", "return"]
    )
    why = ""
    try:
        codes.for_joining(found, request.user)
    except deals.NotForYou as refused:
        why = refused.why
    context: dict[str, Any] = {
        "deal": found,
        "why": why,
        "prices": [] if why else fitting(joining.prices_for(found), wanted(request)),
    }
    return render(request, "billing/deal.html", context, status=410 if why == "over" else 200)


def group(request: HttpRequest) -> HttpResponse:
    """Seats for a group: what they cost, how many, and on to payment."""
    prices = fitting(list(joining.group_prices()), wanted(request))
    plan = prices[0].plan if prices else None
    form = SeatsForm(plan=plan) if plan else None
    return render(request, "billing/group.html", {"prices": prices, "plan": plan, "form": form})
