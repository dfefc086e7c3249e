"""The shelf in Wagtail's admin: the list, an item with its book, deliveries, counts, corrections."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground.money import Money
from ground.sheets import csv_response
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Hold, Item
from subscriptions.curation import shelf
from subscriptions.curation.actions import planning
from subscriptions.curation.forms import AdjustForm, CountForm, ReceiveForm, SubstituteForm, TraitsForm
from subscriptions.curation.models import Substitute

staff = permission_required("boxes.change_item", raise_exception=True)
PER_PAGE = 50
FORMS: dict[str, type[forms.Form]] = {
    "receive": ReceiveForm, "count": CountForm, "adjust": AdjustForm, "traits": TraitsForm, "instead": SubstituteForm
}  # fmt: skip
COUNTED = frozenset({"receive", "count", "adjust"})
HEAD = ["sku", "name_zh", "name_en", "family", "supplier", "hs6", "origin", "weight", "value", "cost", "currency",
        "reorder_at", "on_hand", "promised", "free"]  # fmt: skip


@staff
def items(request: HttpRequest) -> HttpResponse:
    """Everything on the shelf; `?show=low`, `?q=`, as a sheet with `?format=csv`, compared with the book by `?verify=1`."""
    text, show = request.GET.get("q", "").replace("\x00", "")[:80].strip(), request.GET.get("show", "")
    rows = shelf.items(text, show)
    if request.GET.get("format") == "csv":
        lines = ([i.sku, i.name_zh, i.name_en, i.family, str(i.supplier or ""), i.hs6, i.origin, i.weight, i.value, i.cost,
                  i.currency, i.reorder_at, i.on_hand, i.allocated, i.free] for i in rows)  # fmt: skip
        return csv_response("stock.csv", HEAD, lines)
    asked = request.GET.get("verify") == "1"
    context = {
        "listed": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")), "q": text, "show": show, "verified": asked,
        "drifts": stock.verify_stock() if asked else [],
    }  # fmt: skip
    return render(request, "curation/admin/stock.html", context)


@staff
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its count over time, its book, lots and holds, what promised it, and what can be done."""
    return _page(request, _item(pk), {})


def _page(request: HttpRequest, found: Item, bound: dict[str, forms.Form], status: int = 200) -> HttpResponse:
    traits = {"traits": list(found.traits.values_list("trait", flat=True))}
    initial = {"traits": traits, "count": {"counted": found.on_hand}}
    blank = {name: form(initial=initial.get(name)) for name, form in FORMS.items()}  # type: ignore[arg-type]
    lots = list(found.lots.select_related("supplier")[:20])
    context: dict[str, Any] = {
        "item": found, "forms": {**blank, **bound}, "curve": shelf.curve(found), "promised": shelf.promised(found),
        "lots": [(lot, Money(lot.unit_cost, lot.currency) if lot.unit_cost else None) for lot in lots],
        "holds": Hold.objects.filter(item=found).order_by("until")[:50],
        "substitutes": found.substitutes.select_related("other").order_by("order", "pk"),
        "book": Paginator(found.entries.select_related("lot").order_by("-pk"), PER_PAGE).get_page(request.GET.get("p")),
    }  # fmt: skip
    return render(request, "curation/admin/item.html", context, status=status)


@staff
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Receive, count, correct, describe; what cannot be done is said beside what was typed."""
    found = _item(pk)
    if name not in FORMS or (found.digital and name in COUNTED):
        messages.error(request, _("That cannot be done with it."))
        return redirect("curation_admin:item", pk=pk)
    form = FORMS[name](request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                said = ACTS[name](found, form, f"staff:{request.user.pk}")
        except stock.NotEnough:
            now = Item.objects.get(pk=pk)
            form.add_error(None, _("%(n)s of it are promised already; free them first.") % {"n": now.allocated})
        except (IntegrityError, planning.Twice):
            form.add_error(None, _("It is there already."))
        else:
            messages.success(request, said)
            return redirect("curation_admin:item", pk=pk)
    return _page(request, found, {name: form}, status=422)


def _receive(found: Item, form: Any, actor: str) -> str:
    said = form.cleaned_data
    lot = stock.receive(item=found, quantity=said["quantity"], code=said["code"], unit_cost=form.minor(found.currency),
                        best_before=said["best_before"], why=said["why"], actor=actor)  # fmt: skip
    return _("Received %(n)s as lot %(lot)s.") % {"n": lot.quantity, "lot": lot.code}


def _count(found: Item, form: Any, actor: str) -> str:
    said = form.cleaned_data
    entry = stock.count_to(item=found, counted=said["counted"], why=said["why"], actor=actor)
    return _("The book says %(n)s now.") % {"n": said["counted"]} if entry else _("The book says the same.")


def _adjust(found: Item, form: Any, actor: str) -> str:
    said = form.cleaned_data
    stock.adjust(item=found, delta=said["delta"], reason=said["reason"], why=said["why"], actor=actor)
    return _("Written into the book: %(n)+d.") % {"n": said["delta"]}


def _traits(found: Item, form: Any, actor: str) -> str:
    planning.describe(item=found, traits=form.cleaned_data["traits"])
    return _("Kept. It counts from the next run.")


def _instead(found: Item, form: Any, actor: str) -> str:
    row = planning.add_substitute(item=found, other=form.cleaned_data["other"])
    return _("%(other)s stands in for it.") % {"other": row.other.name}


ACTS: dict[str, Callable[[Item, Any, str], str]] = {
    "receive": _receive, "count": _count, "adjust": _adjust, "traits": _traits, "instead": _instead
}  # fmt: skip


@staff
@require_POST
def drop_substitute(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """It stands in no longer; boxes that have it keep it."""
    get_object_or_404(Substitute, pk=row, item=pk).delete()
    messages.success(request, _("It stands in no longer."))
    return redirect("curation_admin:item", pk=pk)


def _item(pk: int) -> Item:
    return get_object_or_404(Item.objects.select_related("supplier"), pk=pk)
