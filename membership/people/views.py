"""Members in Wagtail's admin: the list, sheets out and in, work on many."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from ground import registry
from ground.sheets import safe, to_csv_line
from membership.people import actions, queries, sheet
from membership.people.enums import JobState, Verdict, Work
from membership.people.forms import BulkForm, ImportForm, KeepForm
from membership.people.models import Job, SavedFilter

LINES = 100
sees = permission_required("people.see_members", raise_exception=True)
changes = permission_required("people.change_members", raise_exception=True)


@never_cache
@sees
def members(request: HttpRequest) -> HttpResponse:
    """The list: words, filters and columns from the registry, kept filters, work on what is shown."""
    what = queries.asked(request.GET)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "listing": queries.listing(what),
        "asked": what,
        "filters": _fields(what),
        "columns": [(c, c.key in what.columns if what.columns else c.shown) for c in registry.staff_columns],
        "query": query.urlencode(),
        "kept": SavedFilter.objects.all()[:50],
        "keep": KeepForm(),
        "bulk": BulkForm(),
        "may_change": request.user.has_perm("people.change_members"),
        "counted": queries.COUNTED,
    }
    return render(request, "people/list.html", context)


def _fields(what: queries.Asked) -> list[dict[str, Any]]:
    values = what.filters or {}
    return [
        {
            "key": f.key,
            "label": f.label,
            "kind": f.kind,
            "choices": [(str(v), label) for v, label in f.choices()] if f.choices else None,
            "value": values.get(f.key, ""),
        }
        for f in registry.member_filters
    ]


@never_cache
@sees
def members_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered members as a sheet, row by row; every column, or those that are chosen."""
    what = queries.asked(request.GET)
    columns = queries.chosen(what.columns) if what.columns else list(registry.staff_columns)
    answer = StreamingHttpResponse(_sheet(what, columns), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="members-{timezone.localdate().isoformat()}.csv"'
    return answer


def _sheet(what: queries.Asked, columns: list[registry.StaffColumn]) -> Iterator[str]:
    yield "\ufeff" + to_csv_line(["email", "name", *(c.key for c in columns)])
    for row in queries.everybody(what, columns):
        account = row["account"]
        cells = [c.isoformat() if hasattr(c, "isoformat") else c for c in row["cells"]]
        yield to_csv_line([safe(value) for value in (account.email, account.name, *cells)])


@require_POST
@changes
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a filter by a name."""
    form = KeepForm(request.POST)
    query = QueryDict(request.POST.get("query", "")[:1000])
    if form.is_valid():
        actions.keep_filter(name=form.cleaned_data["name"], query=query.urlencode())
        messages.success(request, _("Kept."))
    return redirect(f"/cms/members/?{query.urlencode()}")


@require_POST
@changes
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a kept filter."""
    actions.forget_filter(pk=pk)
    return redirect("members_admin:list")


@require_POST
@changes
def bulk(request: HttpRequest) -> HttpResponse:
    """Try a work on those that were ticked, or on everybody whom the filter lets through."""
    form = BulkForm(request.POST)
    query = QueryDict(request.POST.get("query", "")[:1000])
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return redirect(f"/cms/members/?{query.urlencode()}")
    if form.cleaned_data["work"] == Work.COMP and not request.user.has_perm("membership.change_comp"):
        messages.error(request, _("You may not give complimentary seats."))
        return redirect(f"/cms/members/?{query.urlencode()}")
    accounts = queries.members(queries.asked(query))
    if request.POST.get("whom") != "all":
        ticked = [int(pk) for pk in request.POST.getlist("account")[:1000] if pk.isascii() and pk.isdecimal()]
        accounts = User.objects.filter(pk__in=ticked, erased_at=None)
    work = Work(form.cleaned_data["work"])
    job = actions.try_bulk(staff=request.user, work=work, accounts=accounts, chosen=form.chosen)
    return redirect("members_admin:job", job.pk)


@never_cache
@changes
def bring_in(request: HttpRequest) -> HttpResponse:
    """A sheet is read and judged line by line; nothing is written until somebody says so."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        tier = data["tier"].key if data["tier"] else ""
        try:
            job = actions.try_import(staff=request.user, content=data["sheet"].read(), tier=tier, until=data["until"],
                                     language=data["language"])  # fmt: skip
            return redirect("members_admin:job", job.pk)
        except sheet.Unreadable as trouble:
            form.add_error("sheet", _(str(trouble)))
    jobs = Job.objects.select_related("staff").order_by("-created_at")[:30]
    return render(request, "people/import.html", {"form": form, "jobs": jobs}, status=422 if form.errors else 200)


@never_cache
@changes
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """What a work would do, does or did, line by line."""
    row = get_object_or_404(Job.objects.select_related("staff"), pk=pk)
    show = request.GET.get("show", "")
    lines = row.lines.select_related("account")
    if show in Verdict.values:
        lines = lines.filter(verdict=show)
    counts = queries.counts(row)
    context = {
        "job": row,
        "counts": [(v, v.label, counts["verdicts"].get(v, 0)) for v in Verdict],
        "due": counts["due"],
        "done": counts["done"],
        "will": counts["due"] + counts["done"],
        "lines": Paginator(lines, LINES).get_page(request.GET.get("page")),
        "show": show,
        "tried": row.state == JobState.TRIED,
        "running": row.state == JobState.RUNNING,
    }
    return render(request, "people/job.html", context)


@require_POST
@changes
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Do it, or not."""
    row = get_object_or_404(Job, pk=pk)
    try:
        if request.POST.get("do") == "start":
            actions.start(job=row)
        else:
            actions.drop(job=row)
            messages.success(request, _("Dropped. Nothing was done."))
    except actions.NotAllowed:
        messages.error(request, _("That was decided already."))
    return redirect("members_admin:job", pk)
