"""Work on many boxes, in Wagtail's admin: chosen, tried, started, followed, taken back."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ground import sheets
from subscriptions.board import sheet
from subscriptions.board.actions import working
from subscriptions.board.acts import ACTS
from subscriptions.board.enums import AT_WORK, RunState, Verdict, Work
from subscriptions.board.models import BulkRun
from subscriptions.boxes import narrowing
from subscriptions.boxes.models import BoxSubscription

staff = permission_required("boxes.change_boxorder", raise_exception=True)
ADDRESS_NAMES = [(name, BoxSubscription._meta.get_field(name).verbose_name) for name in BoxSubscription.ADDRESS]  # type: ignore[union-attr]


class WorkForm(forms.Form):
    """What is done, and what that needs to know."""

    work = forms.ChoiceField(label=gettext_lazy("Work"), choices=[(w.value, w.label) for w in Work if w != Work.IMPORT])
    why = forms.CharField(label=gettext_lazy("Reason"), max_length=160, required=False)
    text = forms.CharField(
        label=gettext_lazy("Flag"), max_length=200, required=False, help_text=gettext_lazy("Empty takes the flag away.")
    )
    field = forms.ChoiceField(
        label=gettext_lazy("Line of the address"), choices=[("", "—"), *ADDRESS_NAMES], required=False
    )
    value = forms.CharField(label=gettext_lazy("becomes"), max_length=160, required=False)

    def clean(self) -> dict[str, Any]:
        """Each kind of work needs its own words."""
        data = super().clean() or {}
        if data.get("work") == Work.ADDRESS:
            self._clean_address(data)
        if data.get("work") in (Work.CANCEL, Work.CREDIT) and not data.get("why", "").strip():
            self.add_error("why", _("A reason is needed."))
        data["text"] = " ".join(data.get("text", "").split())
        return data

    def _clean_address(self, data: dict[str, Any]) -> None:
        name, value = data.get("field"), data.get("value", "").strip()
        if not name:
            self.add_error("field", _("Which line?"))
        elif name in ("recipient", "line1", "city", "country") and not value:
            self.add_error("value", _("This line cannot be empty."))
        elif name == "country" and value.upper() not in settings.SHIPPING_COUNTRIES:
            self.add_error("value", _("We do not send to %(c)s.") % {"c": value[:10]})
        elif name and len(value) > (BoxSubscription._meta.get_field(name).max_length or 160):  # type: ignore[union-attr]
            self.add_error("value", _("This is too long."))
        data["value"] = value.upper() if name == "country" else value

    @property
    def chosen(self) -> dict[str, Any]:
        """What this kind of work needs, as JSON keeps it."""
        return {name: self.cleaned_data[name] for name in ACTS[self.cleaned_data["work"]].fields}


class SheetForm(forms.Form):
    """A sheet of orders."""

    sheet = forms.FileField(label=gettext_lazy("Sheet (CSV)"))


@staff
def choose(request: HttpRequest) -> HttpResponse:
    """What shall be done with the orders of these filters; trying comes first."""
    said = request.POST if request.method == "POST" else request.GET
    asked = narrowing.asked_of(said)
    form = WorkForm(request.POST if request.method == "POST" else None, initial={"work": request.GET.get("work", "")})
    if request.method == "POST" and form.is_valid():
        try:
            run = working.try_work(
                work=form.cleaned_data["work"], asked=asked, chosen=form.chosen, actor=_actor(request)
            )
            return redirect("board_admin:run", run.pk)
        except working.TooMany as many:
            form.add_error(None, _("One piece of work takes %(most)s orders at most: narrow it down.") % {"most": many})
    count = narrowing.narrowed(asked).count()
    status = 422 if form.is_bound else 200
    return render(request, "board/admin/choose.html", {"form": form, "asked": asked, "count": count}, status=status)


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


@staff
def runs(request: HttpRequest) -> HttpResponse:
    """Work so far, and a sheet to bring in."""
    posted = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if posted else SheetForm()
    if request.method == "POST" and form.is_valid():
        try:
            run = working.try_import(content=form.cleaned_data["sheet"].read(), actor=_actor(request))
            return redirect("board_admin:run", run.pk)
        except sheet.Unreadable as unreadable:
            form.add_error("sheet", str(unreadable))
    context = {"form": form, "runs": BulkRun.objects.order_by("-created_at", "-pk")[:50], "names": sheet.NAMES}
    return render(request, "board/admin/runs.html", context, status=422 if form.is_bound else 200)


@staff
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work: what each line would do or did; as a sheet with `?format=csv`."""
    found = get_object_or_404(BulkRun, pk=pk)
    verdict = request.GET.get("verdict", "")
    lines = found.lines.order_by("number")
    lines = lines.filter(verdict=verdict) if verdict in Verdict.values else lines
    if request.GET.get("format") == "csv":
        rows = ([x.number, x.label, x.get_verdict_display(), x.says] for x in lines.iterator(chunk_size=2000))
        return sheets.csv_response(f"work-{pk}.csv", ["line", "order", "verdict", "says"], rows)
    counts = dict(found.lines.values_list("verdict").annotate(n=Count("pk")).order_by())
    done = found.lines.filter(verdict=Verdict.CHANGE).exclude(done_at=None).count()
    context = {
        "run": found, "listed": Paginator(lines.select_related("order__cycle"), 100).get_page(request.GET.get("p")),
        "counts": [(v.value, v.label, counts.get(v.value, 0)) for v in Verdict], "verdict": verdict,
        "changes": counts.get(Verdict.CHANGE, 0), "done": done, "works": found.state in AT_WORK,
        "tried": found.state == RunState.TRIED, "can_undo": working.can_undo(found), "undoes": _undoes(found),
    }  # fmt: skip
    return render(request, "board/admin/run.html", context)


def _undoes(found: BulkRun) -> bool:
    """True for work that can be taken back once it is done."""
    return found.work == Work.IMPORT or ACTS[found.work].undo is not None


@staff
@require_POST
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Start it, drop it, take it back."""
    found = get_object_or_404(BulkRun, pk=pk)
    steps = {"start": working.start, "drop": working.drop, "undo": working.undo}
    if name in steps:
        try:
            after = steps[name](run=found)
            messages.success(
                request, _("It is under way.") if after.state in AT_WORK else str(after.get_state_display())
            )
        except working.NotAllowed:
            messages.error(request, _("That is not possible any more."))
    return redirect("board_admin:run", pk)
