"""The page of devices that are told, what they are told of, and the script that wakes for a call."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import devices as sign_ins
from accounts.models import SignIn, User
from accounts.push import actions, keys
from accounts.push.models import Device
from ground import registry

WORKER = Path(settings.BASE_DIR) / "static/accounts/js/push-worker.js"


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the site so that it may answer for all of it."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    return answer


@never_cache
@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Which devices are told, and of what."""
    account = _account(request)
    refused = actions.refused_of(account)
    context = {
        "devices": Device.objects.filter(account=account).order_by("-created_at"),
        "kinds": [
            (kind.key, kind.label, kind.key not in refused) for kind in registry.notice_kinds if not kind.letter_only
        ],
        "key": keys.public(),
    }
    return render(request, "push/page.html", context)


@login_required
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """A browser lets itself be called; for its script. 400 for what is no address of a push service."""
    browser, system = sign_ins.words(request.META.get("HTTP_USER_AGENT", ""))
    mark = request.session.get(sign_ins.MARK) or (None,)
    try:
        actions.subscribe(
            account=_account(request), endpoint=request.POST.get("endpoint", ""), p256dh=request.POST.get("p256dh", ""),
            auth=request.POST.get("auth", ""), session_key=request.session.session_key or "",
            sign_in=SignIn.objects.filter(pk=mark[0], account=_account(request)).first() if mark[0] else None,
            browser=browser, system=system,
        )  # fmt: skip
    except actions.BadDevice:
        return JsonResponse({"error": "not an address of a push service"}, status=400)
    return JsonResponse({"on": True})


@login_required
@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """A browser does not let itself be called any more; for its script."""
    actions.unsubscribe(account=_account(request), endpoint=request.POST.get("endpoint", ""))
    return JsonResponse({"on": False})


@login_required
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """One device of the list goes."""
    chosen = request.POST.get("device", "")
    gone = actions.remove(account=_account(request), pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else 0
    messages.success(request, _("That device is not called any more.") if gone else _("It was not called any more."))
    return redirect("push:page")


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Of what the devices tell."""
    actions.choose(account=_account(request), wanted=set(request.POST.getlist("wanted")))
    messages.success(request, _("Kept."))
    return redirect("push:page")


def _account(request: HttpRequest) -> User:
    account = request.user
    assert isinstance(account, User)
    return account
