"""Coming in by the link of a letter."""

import time
from typing import cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import get_authentication_records, perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import links
from accounts.models import SignInLink, User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, POST signs in. A link that is used up or too old says so and offers a new letter."""
    link = links.use(token=token) if request.method == "POST" else links.find(token)
    if link is None:
        answer = render(request, "accounts/link_over.html", status=410)
    elif request.method == "POST":
        return _come_in(request, link)
    else:
        answer = render(request, "accounts/link.html", {"address": link.email})
    # The address is the key: it goes to nobody else. (Not `no-referrer`: the form's own origin must be told.)
    answer["Referrer-Policy"] = "same-origin"
    return answer


@never_cache
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """Is it you? For those who have neither a password nor a second lock: POST writes a letter, its link comes back."""
    onward = get_next_redirect_url(request) or reverse("accounts:ways")
    sent, account = request.method == "POST", cast(User, request.user)
    if sent:
        limited = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
        if limited:
            return limited
        token = links.make(account=account, email=account.email, onward=onward)
        link = f"{settings.PUBLIC_URL}{reverse('accounts:link', args=[token])}"
        get_adapter(request).send_mail("account/email/login_code", account.email, {"link": link, "code": ""})
    return render(request, "accounts/again.html", {"sent": sent, "onward": onward})


def must_prove(request: HttpRequest) -> bool:
    """True for somebody who came in by letter alone, not just now: allauth has nothing to ask such a person."""
    user = request.user
    if not user.is_authenticated or user.has_usable_password() or getattr(request, "visit", None):
        return False
    records = get_authentication_records(request, user)
    newest = records[-1]["at"] if records else 0.0
    return time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT and not get_reauthentication_flows(user)


def _come_in(request: HttpRequest, link: SignInLink) -> HttpResponse:
    """The rest of the way is allauth's: a second factor is asked for where there is one."""
    if request.user.is_authenticated and request.user.pk != link.account_id:
        logout(request)
    elif request.user.is_authenticated:
        record_authentication(request, link.account, method="code", email=link.email, reauthenticated=True)
        return HttpResponseRedirect(link.onward or reverse("accounts:home"))
    _take_possession(request, link)
    clear_login(request)
    record_authentication(request, link.account, method="code", email=link.email)
    verify_email_indirectly(request, link.account, link.email)
    return perform_login(request, Login(user=link.account, email=link.email, redirect_url=link.onward or None))


def _take_possession(request: HttpRequest, link: SignInLink) -> None:
    """A password that somebody else may have set on this address, before it answered for the first time, goes.

    Whoever signs up with another person's address knows the password that they typed. The address's owner, who follows
    the letter in a browser of their own, must not share the account with them.
    """
    pending = unstash_login(request, peek=True)
    ours = pending is not None and pending.user is not None and pending.user.pk == link.account_id
    if ours or EmailAddress.objects.filter(user=link.account, email__iexact=link.email, verified=True).exists():
        return
    if link.account.has_usable_password():
        link.account.set_unusable_password()
        link.account.save(update_fields=["password"])
