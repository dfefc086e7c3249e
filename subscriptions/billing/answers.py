"""What a member reads after pressing a button."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from subscriptions.billing.enums import CallState
from subscriptions.billing.models import OutboxCall


def told(request: HttpRequest, call: OutboxCall, done: str) -> HttpResponse:
    """Say what came of a call: done, waiting for Stripe, or refused by the bank - then nothing was changed."""
    call.refresh_from_db()
    if call.state == CallState.DONE:
        messages.success(request, done)
    elif call.state == CallState.PENDING:
        messages.info(request, _("The payment service is slow to answer. We see to it, and tell you when it is done."))
    elif call.code:
        messages.error(request, _("Your bank refused the payment. Nothing was changed and nothing charged."))
        return redirect("billing:card")
    else:
        messages.error(request, _("That could not be done. Nothing was changed and nothing charged."))
    return redirect("billing:manage")
