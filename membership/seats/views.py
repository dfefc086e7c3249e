"""The owner's page of seats, and the page on which an invitation is accepted."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from membership.seats import access, actions, queries
from membership.seats.actions import inviting
from membership.seats.enums import Outcome
from membership.seats.models import SeatBlock


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Blocks that one pays for, with their people; and seats that wait for oneself."""
    context = {"blocks": queries.blocks_of(request.user), "kept": queries.kept_for(request.user)}
    return render(request, "seats/home.html", context)


@never_cache
@login_required
@require_POST
def invite(request: HttpRequest, block: uuid.UUID) -> HttpResponse:
    """Invite many at once; the page comes back with a line for each."""
    found = _own(access.access_block, request, block)
    words = request.POST.get("emails", "").replace(",", "\n").replace(";", "\n").replace("，", "\n").split()
    lines = actions.invite(block=found, emails=words, actor=f"account:{request.user.pk}")
    context = {
        "blocks": queries.blocks_of(request.user), "kept": [], "report": lines, "reported": found.pk,
        "again": "\n".join(line.email for line in lines if line.outcome in (Outcome.BAD, Outcome.FULL)),
    }  # fmt: skip
    return render(request, "seats/home.html", context)


def _own(find: Callable[[Any, Any], Any], request: HttpRequest, ident: Any) -> Any:
    try:
        return find(request.user, ident)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


@login_required
@require_POST
def person(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """`remove` somebody from a seat, or let them come `back`."""
    holder = _own(access.access_holder, request, pk)
    actor = f"account:{request.user.pk}"
    if what == "remove" and actions.release(holder=holder, actor=actor):
        messages.success(
            request,
            _("%(name)s has got up. You can undo this below for a day.") % {"name": holder.account.display_name},
        )
    elif what == "back":
        try:
            actions.restore(holder=holder, actor=actor)
            messages.success(request, _("%(name)s sits again.") % {"name": holder.account.display_name})
        except actions.NoSeat:
            messages.error(request, _("No seat is free."))
    return redirect("seats:home")


@login_required
@require_POST
def invitation(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """`resend` an invitation, or `withdraw` it."""
    found = _own(access.access_invitation, request, pk)
    if what == "resend" and actions.resend(invitation=found):
        messages.success(
            request, _("Sent once more to %(email)s; the link before it opens nothing now.") % {"email": found.email}
        )
    elif what == "withdraw" and actions.withdraw(invitation=found):
        messages.success(request, _("The invitation to %(email)s is taken back.") % {"email": found.email})
    return redirect("seats:home")


@login_required
@require_POST
def domain(request: HttpRequest, block: uuid.UUID) -> HttpResponse:
    """Let a domain in, or (with `rule`) no longer."""
    found, rule = _own(access.access_block, request, block), request.POST.get("rule", "")
    if rule.isdigit():
        actions.remove_domain(rule=_own(access.access_rule, request, int(rule)))
        return redirect("seats:home")
    try:
        made = actions.add_domain(block=found, domain=request.POST.get("domain", ""), actor=request.user)
        messages.success(
            request, _("Whoever has a verified address at %(domain)s can take a seat.") % {"domain": made.domain}
        )
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    return redirect("seats:home")


@login_required
@require_POST
def take(request: HttpRequest, block: uuid.UUID) -> HttpResponse:
    """Sit down on a seat that is kept for one's domain, or on one's own."""
    found = get_object_or_404(SeatBlock, public_id=block)
    try:
        if found.owner_id == request.user.pk:
            actions.sit(block=found, account=request.user, actor="owner")
        else:
            actions.join_by_domain(block=found, account=request.user)
        messages.success(request, _("You have a seat."))
    except inviting.NotAcceptable as missing:
        raise Http404 from missing
    except actions.NoSeat:
        messages.error(request, _("No seat is free."))
    return redirect("seats:home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, by whom; a button takes it. A link that was used or is too old says so and nothing else."""
    found = inviting.find(token)
    if request.method != "POST" or found is None:
        status = 200 if found else 410
        return render(request, "seats/accept.html", {"invitation": found, "here": request.path}, status=status)
    if not request.user.is_authenticated:
        return redirect("seats:accept", token=token)
    try:
        actions.accept(token=token, account=request.user)
    except inviting.NotAcceptable:
        return render(request, "seats/accept.html", {"invitation": None}, status=410)
    except actions.NoSeat:
        return render(request, "seats/accept.html", {"invitation": found, "full": True}, status=409)
    return redirect("membership:welcome", key=found.block.tier.key)
