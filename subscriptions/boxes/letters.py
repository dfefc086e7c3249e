"""The page behind the link of a letter: skip that one box with one tap, signed in or not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from subscriptions.boxes import onetap
from subscriptions.boxes.actions import skipping
from subscriptions.boxes.models import BoxSubscription, Cycle


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button (programs that look through mails press nothing), POST skips, or takes the skip back."""
    try:
        box, cycle = onetap.read(token)
    except LookupError as unknown:
        raise Http404 from unknown
    said = _do(box, cycle, "back" in request.POST) if request.method == "POST" else ""
    context = {
        "token": token, "box": box, "cycle": cycle, "said": said,
        "paid_later": skipping.keeps_its_box(box), "skipped": box.skips.filter(cycle=cycle).exists(),
    }  # fmt: skip
    return render(request, "boxes/letter.html", context)


def _do(box: BoxSubscription, cycle: Cycle, back: bool) -> str:
    """Do it, and answer a word for what came of it."""
    actor = f"letter:{box.account_id}"
    try:
        if back:
            skipping.take_back(box=box, cycle=cycle, actor=actor)
            return "back"
        skipping.skip(box=box, cycle=cycle, actor=actor)
    except skipping.TooLate:
        return "late"
    except skipping.TooMany:
        return "many"
    return "skipped"
