"""The HTTP edge: one form."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from editorial.polls import actions
from editorial.polls.models import Poll


@require_POST
def vote(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Takes the answer and goes back to the poll where it stands."""
    poll = get_object_or_404(Poll, pk=poll_id)
    back = request.POST.get("next", "")
    back = back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/"
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
    chosen = request.POST.get("option", "")
    try:
        actions.vote(
            poll=poll, option_id=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0, account=request.user
        )
    except actions.Refused as trouble:
        messages.error(request, str(trouble.sentence))
    return redirect(back)
