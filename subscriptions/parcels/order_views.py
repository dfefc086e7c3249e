"""One box at the staff's desk: what it is, who moved it and why, and what can be done about it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from ground.money import Money
from subscriptions.billing import paying
from subscriptions.boxes import flags
from subscriptions.boxes.actions.fulfilment import deliver_one, ship_one
from subscriptions.boxes.actions.making_good import cancel
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.enums import ORDER_MOVES, OrderState
from subscriptions.boxes.models import BoxOrder, Credit, Move
from subscriptions.parcels.actions import labels, noting, tracking, troubles
from subscriptions.parcels.carriers.port import carriers
from subscriptions.parcels.contents import things_in
from subscriptions.parcels.models import Parcel
from subscriptions.parcels.pack_views import order_or_404, staff

REFUSALS = {
    "state": gettext_lazy("It is not at hand: only allocated and packed boxes get a label."),
    "address": gettext_lazy("There is no address."),
    "rate": gettext_lazy("No rate carries it to this country: see zones and rates."),
}
MONEY = "billing.change_invoice"


class AddressForm(forms.Form):
    """Where this one box goes."""

    recipient = forms.CharField(label=gettext_lazy("recipient"), max_length=80)
    phone = forms.CharField(label=gettext_lazy("telephone"), max_length=40, required=False)
    line1 = forms.CharField(label=gettext_lazy("street and number"), max_length=160)
    line2 = forms.CharField(label=gettext_lazy("further"), max_length=160, required=False)
    city = forms.CharField(label=gettext_lazy("city"), max_length=80)
    region = forms.CharField(label=gettext_lazy("province or state"), max_length=80, required=False)
    postal_code = forms.CharField(label=gettext_lazy("postal code"), max_length=20, required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("country"), choices=lambda: [(c, c) for c in settings.SHIPPING_COUNTRIES]
    )


class TrackingForm(forms.Form):
    """Who carries it, under which number."""

    carrier = forms.ChoiceField(label=gettext_lazy("carrier"), choices=lambda: [(c.key, c.label) for c in carriers])
    tracking = forms.CharField(label=gettext_lazy("tracking number"), max_length=80)


@staff
def order(request: HttpRequest, number: str) -> HttpResponse:
    """The page of one box."""
    return _page(request, order_or_404(number))


def _page(request: HttpRequest, found: BoxOrder, **forms_: forms.Form) -> HttpResponse:
    parcel = Parcel.objects.filter(order=found).first()
    if parcel:
        parcel.order = found
    paid = troubles.paid_with(found)
    carrier = carriers.get(parcel.carrier) if parcel else None
    context: dict[str, Any] = {
        "order": found, "parcel": parcel, "things": things_in([found])[found.pk],
        "events": parcel.events.order_by("-at", "-pk")[:100] if parcel else [],
        "calls": parcel.calls.order_by("-pk")[:5] if parcel else [],
        "follow": carrier.track_url(parcel.tracking) if carrier and parcel and parcel.tracking else "",
        "credit": Credit.objects.filter(order=found).first(), "paid": Money(paid[1], paid[0].invoice.currency) if paid else None,
        "steps": _history(found), "can": _can(found, request), "others": _others(found), "invoice": paid[0].invoice if paid else None,
        "stale": parcel is not None and parcel.stale_label,
        "address": forms_.get("address") or AddressForm(initial=found.address),
        "tracking": forms_.get("tracking") or TrackingForm(initial={"carrier": found.carrier, "tracking": found.tracking}),
    }  # fmt: skip
    return render(request, "parcels/admin/order.html", context, status=422 if forms_ else 200)


def _others(found: BoxOrder) -> list[BoxOrder]:
    """The same subscriber's boxes of the same edition: what was sent again."""
    rows = BoxOrder.objects.filter(cycle=found.cycle_id, subscription=found.subscription_id).exclude(pk=found.pk)
    return list(rows.select_related("cycle").order_by("seq"))


def _history(found: BoxOrder) -> list[dict[str, Any]]:
    """Every move with the name of who made it. Two queries."""
    moves = list(Move.objects.filter(subject=f"order:{found.pk}").order_by("pk")[:200])
    ids = {
        int(pk)
        for m in moves
        for kind, _sep, pk in [m.actor.partition(":")]
        if kind in ("staff", "account") and pk.isdigit()
    }
    names = {u.pk: str(u) for u in User.objects.filter(pk__in=ids)}
    return [
        {"at": m.at, "who": _who(m.actor, names), "before": _label(m.before), "after": _label(m.after), "cause": m.cause,
         "note": m.before == m.after}
        for m in moves
    ]  # fmt: skip


def _who(actor: str, names: dict[int, str]) -> str:
    kind, _sep, pk = actor.partition(":")
    return names.get(int(pk), actor) if kind in ("staff", "account") and pk.isdigit() else actor


def _label(state: str) -> str:
    return str(OrderState(state).label) if state in OrderState.values else state


def _can(found: BoxOrder, request: HttpRequest) -> dict[str, bool]:
    trouble, short = found.state in troubles.TROUBLES, found.state == OrderState.SHORT
    moves = ORDER_MOVES[found.state]
    booked = Parcel.objects.filter(order=found).exclude(back_in_stock_at=None).exists()
    return {
        "label": found.state in labels.LABELLED, "reship": trouble, "credit": trouble or short,
        "refund": (trouble or short) and request.user.has_perm(MONEY),
        "lost": OrderState.LOST in moves and found.state == OrderState.SHIPPED,
        "damaged": OrderState.DAMAGED in moves, "returned": OrderState.RETURNED in moves,
        "delivered": found.state == OrderState.SHIPPED, "ship": found.state == OrderState.PACKED,
        "cancel": OrderState.CANCELLED in moves,
        "book": not booked and troubles.is_back(found),
        "address": found.state not in noting.GONE,
    }  # fmt: skip


@staff
@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """One act on one box; what cannot be done is said and changes nothing."""
    found, actor = order_or_404(number), f"staff:{request.user.pk}"
    why = request.POST.get("why", "").strip()[:160]
    acts: dict[str, Callable[[], str]] = {
        "reship": lambda: _reship(found, actor, why),
        "refund": lambda: _refund(request, found, actor, why),
        "credit": lambda: _said(troubles.credit_back(order=found, actor=actor, why=_needed(why)), _("They get another box instead.")),
        "lost": lambda: _said(troubles.report(order=found, what="lost", actor=actor, why=why), _("Noted as lost.")),
        "damaged": lambda: _said(troubles.report(order=found, what="damaged", actor=actor, why=why), _("Noted as damaged.")),
        "returned": lambda: _said(troubles.report(order=found, what="returned", actor=actor, why=why), _("Noted: it came back.")),
        "delivered": lambda: _said(deliver_one(found, actor=actor, cause=why or "seen to arrive"), _("Noted as delivered.")),
        "ship": lambda: _said(ship_one(found, actor=actor), _("It has left the house.")),
        "cancel": lambda: _cancel(found, actor, why),
        "flag": lambda: _flag(found, request.POST.get("flag", ""), actor),
        "book": lambda: _book(request, found, actor),
        "label": lambda: _label_wish(found),
    }  # fmt: skip
    if name in acts:
        try:
            messages.success(request, acts[name]())
        except NotAllowed as refused:
            messages.error(request, _("Not possible now: %(why)s.") % {"why": refused})
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect("parcels_admin:order", found.number)


class Refused(Exception):
    """What staff are told instead."""


def _said(_done: object, words: str) -> str:
    return words


def _flag(found: BoxOrder, typed: str, actor: str) -> str:
    if typed.strip() != flags.shown(found.flag):  # our own flags are shown in words, and stay what they are
        noting.flag(order=found, text=typed, actor=actor)
    return _("Kept.")


def _cancel(found: BoxOrder, actor: str, why: str) -> str:
    if cancel(order=found, actor=actor, why=_needed(why)):
        return _("It does not come; what paid for it pays for another box.")
    return _("It does not come.")


def _needed(why: str) -> str:
    """The reason of an act that nothing takes back. Raises `Refused` where there is none."""
    if not why:
        raise Refused(_("A reason is needed."))
    return why


def _reship(found: BoxOrder, actor: str, why: str) -> str:
    again = troubles.reship(order=found, actor=actor, why=why)
    if again.state == OrderState.SHORT:
        return _("%(number)s is made, but the shelf is empty: it waits as short of stock.") % {"number": again.number}
    return _("%(number)s is on the packing table.") % {"number": again.number}


def _refund(request: HttpRequest, found: BoxOrder, actor: str, why: str) -> str:
    if not request.user.has_perm(MONEY):
        raise Refused(_("Money is given back by those who may change invoices."))
    try:
        call = troubles.refund(order=found, actor=actor, why=_needed(why))
    except troubles.NoInvoice as none:
        raise Refused(
            _("No money of an invoice is behind this box, as with a gift: give another box instead.")
        ) from none
    except (paying.TooMuch, paying.NothingDue) as less:
        raise Refused(_("No more than what was paid and not given back yet.")) from less
    call.refresh_from_db()
    if call.state == "done":
        return _("The money is on its way back.")
    return _("Stripe has not answered yet; it is tried again.")


def _book(request: HttpRequest, found: BoxOrder, actor: str) -> str:
    whole = [int(v) for v in request.POST.getlist("whole") if v.isascii() and v.isdecimal() and len(v) < 18]
    booked, written = troubles.came_back(order=found, whole=whole, actor=actor)
    return _("%(booked)s on the shelf again, %(written)s written off.") % {"booked": booked, "written": written}


def _label_wish(found: BoxOrder) -> str:
    refused = labels.prepare([found])
    if refused:
        raise Refused(str(REFUSALS[refused[found.pk]]))
    return _("The label is on its way, or it carries itself: see below.")


@staff
@require_POST
def address(request: HttpRequest, number: str) -> HttpResponse:
    """Another address for this box alone."""
    found, form = order_or_404(number), AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, found, address=form)
    try:
        noting.readdress(order=found, address=form.cleaned_data, actor=f"staff:{request.user.pk}")
        messages.success(request, _("Kept."))
        if found.flag == noting.STALE:
            messages.warning(
                request, _("The label was bought for the old address: buy another one, or strike it through.")
            )
    except NotAllowed:
        messages.error(request, _("It has left: the address cannot be changed any more."))
    return redirect("parcels_admin:order", found.number)


@staff
@require_POST
def name_parcel(request: HttpRequest, number: str) -> HttpResponse:
    """Who carries it, under which number."""
    found, form = order_or_404(number), TrackingForm(request.POST)
    if form.is_valid():
        try:
            tracking.name_parcel(order=found, **form.cleaned_data)
            messages.success(request, _("Kept."))
            return redirect("parcels_admin:order", found.number)
        except tracking.Taken:
            form.add_error("tracking", _("Another parcel has this number."))
    return _page(request, found, tracking=form)
