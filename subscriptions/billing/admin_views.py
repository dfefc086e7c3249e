"""Staff's pages about money, in Wagtail's admin."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscriptions.billing import gateway, inbox, reconciliation
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import DriftReport, Event

staff = permission_required("billing.change_event", raise_exception=True)


@staff
def events(request: HttpRequest) -> HttpResponse:
    """The inbox by state, parked first, newest first."""
    state = request.GET.get("state", EventState.PARKED)
    state = state if state in EventState.values else EventState.PARKED
    rows = Event.objects.filter(state=state).defer("payload").order_by("-received_at")
    page = Paginator(rows, 50).get_page(request.GET.get("p"))
    context = {"page": page, "state": state, "states": EventState.choices, "refused": inbox.refused()}
    return render(request, "billing/admin/events.html", context)


@staff
@require_POST
def replay(request: HttpRequest, event_id: str) -> HttpResponse:
    """Handle a parked event's object again, now."""
    event = inbox.replay(get_object_or_404(Event, pk=event_id, state=EventState.PARKED))
    if event.state == EventState.PARKED:
        messages.error(request, _("It failed again; its newest traceback is below."))
    else:
        messages.success(request, _("Handled: %(state)s.") % {"state": event.get_state_display()})
    return redirect("billing_admin:events")


@staff
def drift(request: HttpRequest) -> HttpResponse:
    """Reconciliations, newest first, with what each found."""
    return render(request, "billing/admin/drift.html", {"reports": DriftReport.objects.order_by("-made_at")[:30]})


@staff
@require_POST
def reconcile(request: HttpRequest) -> HttpResponse:
    """Compare everything with Stripe now."""
    try:
        report = reconciliation.run()
    except gateway.GatewayError:
        messages.error(request, _("The payment service does not answer. Try again in a minute."))
    else:
        messages.success(
            request,
            _("%(n)s looked at, %(found)s differ, %(mended)s mended.")
            % {"n": report.looked_at, "found": len(report.findings), "mended": report.mended},
        )
    return redirect("billing_admin:drift")
