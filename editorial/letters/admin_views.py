"""Staff's pages about letters, in Wagtail's admin: the board, a letter with its numbers, previews, the rows behind."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from editorial.letters import composing, previews, queries, segments
from editorial.letters.actions import deciding, planning
from editorial.letters.actions.moving import NotAllowed
from editorial.letters.admin_forms import LookForm, ScheduleForm, TestForm
from editorial.letters.enums import FOR_A_PERSON, CampaignState, DeliveryState, Exclusion
from editorial.letters.models import Batch, Campaign, Delivery
from ground import clock

PAGE = 100
composer = permission_required("letters.change_campaign", raise_exception=True)
sender = permission_required("letters.send_campaign", raise_exception=True)


def _found(pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("newsletter"), pk=pk)


@composer
def board(request: HttpRequest) -> HttpResponse:
    """Every letter with its state, how far it is, and what came of it."""
    rows = queries.board()
    joins = queries.joins(rows)
    for row in rows:
        row.joins = joins.get(row.origin, 0)  # type: ignore[attr-defined]
    return render(request, "letters/admin/board.html", {"rows": rows})


@composer
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: where it stands, what can be done, its numbers, its batches and its record."""
    found = _found(pk)
    balance = queries.balance(found)
    context = {
        "campaign": found,
        "segment": segments.label(found.segment),
        "path": [(label, value == found.state) for value, label in CampaignState.choices],
        "balance": balance,
        "bar": bar(balance),
        "aftermath": queries.aftermath(found),
        "batches": queries.batches(found),
        "for_a_person": FOR_A_PERSON,
        "events": found.events.all()[:100],
        "problems": planning.problems(found) if found.draft else [],
        "expected": queries.wanting(found, clock.now()).count() if found.candidates is None else None,
        "stories": composing.titles(found),
        "may_send": request.user.has_perm("letters.send_campaign"),
        "schedule": ScheduleForm(),
        "test": TestForm(initial={"to": request.user.email, "language": request.user.language}),
    }
    return render(request, "letters/admin/campaign.html", context)


def bar(balance: queries.Balance) -> list[dict[str, Any]]:
    """The balance as pieces of one line: `{name, label, n, x, width}`, in hundredths of its length."""
    pieces = [
        ("submitted", DeliveryState.SUBMITTED.label, balance.submitted),
        ("excluded", DeliveryState.EXCLUDED.label, balance.excluded),
        ("waiting", DeliveryState.QUEUED.label, balance.waiting),
    ]
    whole, at, drawn = max(1, sum(n for _name, _label, n in pieces)), 0.0, []
    for name, label, n in pieces:
        width = round(100 * n / whole, 3)
        drawn.append({"name": name, "label": label, "n": n, "x": round(at, 3), "width": width})
        at += width
    return drawn


@sender
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a letter; what cannot be done is said and changes nothing."""
    found, actor = _found(pk), f"staff:{request.user.pk}"
    form = ScheduleForm(request.POST)
    steps: dict[str, Callable[[], Any]] = {
        "schedule": lambda: planning.schedule(campaign=found, at=form.cleaned_data["at"], actor=actor),
        "take_back": lambda: planning.take_back(campaign=found, actor=actor),
        "stop": lambda: planning.stop(campaign=found, actor=actor),
        "go_on": lambda: planning.go_on(campaign=found, actor=actor),
        "cancel": lambda: planning.cancel(campaign=found, actor=actor),
    }
    if name in steps and form.is_valid():
        _try(request, steps[name])
    elif name in steps:
        messages.error(request, _("That is no date and time."))
    return redirect("letters_admin:campaign", pk=pk)


def _try(request: HttpRequest, step: Callable[[], Any]) -> None:
    try:
        step()
        messages.success(request, _("Done."))
    except NotAllowed as refused:
        messages.error(request, _("Not possible now: %(why)s") % {"why": refused})


@sender
@require_POST
def decide(request: HttpRequest, pk: int, batch: int) -> HttpResponse:
    """What becomes of a batch that waits for a person."""
    found = get_object_or_404(Batch, pk=batch, campaign=pk)
    wish = request.POST.get("decision", "")
    if wish in set(deciding.Decision):
        decision = deciding.Decision(wish)
        _try(request, lambda: deciding.decide(batch=found, decision=decision, actor=f"staff:{request.user.pk}"))
    return redirect("letters_admin:campaign", pk=pk)


@sender
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test copy to one address."""
    found, form = _found(pk), TestForm(request.POST)
    if form.is_valid():
        look = form.chosen()
        rights = previews.by_key(look["eyes"]).rights
        planning.send_test(campaign=found, to=form.cleaned_data["to"], language=look["language"], rights=rights,
                           actor=f"staff:{request.user.pk}")  # fmt: skip
        messages.success(request, _("A copy is on its way to %(to)s.") % {"to": form.cleaned_data["to"]})
    else:
        messages.error(request, _("That is no e-mail address."))
    return redirect("letters_admin:campaign", pk=pk)


@composer
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as somebody would get it, in a frame as wide as a phone or as a sheet."""
    form = LookForm(request.GET or None)
    look = form.chosen() if request.GET else LookForm({}).chosen()
    form = LookForm(initial=look)
    context = {"campaign": _found(pk), "form": form, "look": look}
    return render(request, "letters/admin/preview.html", context)


@composer
@xframe_options_sameorigin
def preview_body(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the frame: the body itself."""
    look = LookForm(request.GET).chosen()
    made = previews.body(_found(pk), look["language"], previews.by_key(look["eyes"]))
    if look["part"] == "text":
        return HttpResponse(made.text, content_type="text/plain; charset=utf-8")
    return HttpResponse(made.html)


@sender
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows behind the numbers, by state and reason."""
    found = _found(pk)
    rows = Delivery.objects.filter(campaign=found).select_related("account", "batch", "rendering").defer(
        "rendering__html", "rendering__text"
    ).order_by("pk")  # fmt: skip
    state, reason = request.GET.get("state", ""), request.GET.get("reason", "")
    rows = rows.filter(state=state) if state in DeliveryState.values else rows
    rows = rows.filter(reason=reason) if reason in Exclusion.values else rows
    context = {
        "campaign": found, "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "state": state,
        "states": DeliveryState.choices,
    }  # fmt: skip
    return render(request, "letters/admin/readers.html", context)
