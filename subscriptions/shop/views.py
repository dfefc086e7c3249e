"""The shop: the list, one thing, buying it, waiting for it, and one's own things."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ground import pagecache
from membership.currencies import bound
from subscriptions.billing import access as billing_access
from subscriptions.billing import gateway, joining, releasing
from subscriptions.billing.models import Checkout
from subscriptions.boxes.models import BoxSubscription
from subscriptions.shop import access, queries
from subscriptions.shop.actions import ahead, keeping, selling, waiting
from subscriptions.shop.actions.moving import NotAllowed
from subscriptions.shop.enums import SaleState, Way
from subscriptions.shop.models import Article, Sale

REFUSALS = (
    keeping.SoldOut, selling.TooMany, releasing.NotYet, selling.OtherCurrency, selling.NotOnSale, joining.AlreadyMember,
    gateway.GatewayError,
)  # fmt: skip


def index(request: HttpRequest) -> HttpResponse:
    """Everything on sale, for everybody."""
    account = request.user
    rows = queries.shop(bound(account) if account.is_authenticated else "")
    response = render(request, "shop/index.html", {"rows": rows})
    anonymous = not account.is_authenticated and not request.GET
    return pagecache.public(response, 60) if anonymous else response


def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One thing: what it is, what it costs, how many are left."""
    shown = queries.article_of(slug, request.user)
    if shown is None:
        raise Http404
    response = render(request, "shop/article.html", {"it": shown})
    if not request.user.is_authenticated and not request.GET:
        return pagecache.public(response, 30)
    response["Cache-Control"] = "private, no-store"
    return response


def found_article(slug: str) -> Article:
    """The article at this address, or 404."""
    found = Article.objects.select_related("item", "plan__early_perk").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def to_sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """A visitor signs up first and comes back to the thing."""
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': reverse('shop:article', args=[slug])})}")


@never_cache
@require_POST
def buy(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a piece and go to the payment page."""
    wanted = found_article(slug)
    if not request.user.is_authenticated:
        return to_sign_up(request, slug)
    basket = selling.Basket(count_of(request), _ride(request), get_language() or "en")
    try:
        _sale, page = selling.reserve(account=request.user, article=wanted, basket=basket)
        return redirect(joining.open_page(page).session_url)
    except REFUSALS as refused:
        messages.error(request, said(refused))
    return redirect("shop:article", slug=slug)


def said(refused: Exception) -> str:
    """Why it cannot be bought, in words: one of `REFUSALS`."""
    match refused:
        case keeping.SoldOut():
            return _("All of them are taken or in somebody’s hands at this moment. You can stand on the list.")
        case selling.TooMany(left=0):
            return _("You have as many of it as one person can have.")
        case selling.TooMany(left=left):
            return ngettext("You can have one more of it.", "You can have %(n)s more of it.", left) % {"n": left}
        case releasing.NotYet():
            return _("It is not open to you yet.")
        case selling.OtherCurrency():
            return _("You pay in %(currency)s already, and Stripe charges one person in one currency: this is not sold in it.") % {"currency": refused}  # fmt: skip
        case gateway.GatewayError():
            return _("The payment service does not answer. Nothing was charged. Try again in a minute.")
    return _("This is not on sale any more.")


def count_of(request: HttpRequest) -> int:
    """The number that was asked for; nought for what is no number."""
    asked = request.POST.get("quantity", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


def _ride(request: HttpRequest) -> BoxSubscription | None:
    """The box with which it goes along, if that was chosen and the box is one's own."""
    asked = request.POST.get("ride", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    return BoxSubscription.objects.running().filter(account=request.user, pk=int(asked)).first()


@never_cache
@require_POST
def wait(request: HttpRequest, slug: str) -> HttpResponse:
    """Stand on the list."""
    wanted = found_article(slug)
    if not request.user.is_authenticated:
        return to_sign_up(request, slug)
    try:
        waiting.join(account=request.user, article=wanted)
        messages.success(
            request, _("You are on the list. A letter comes when one is free, and it is kept for you then.")
        )
    except waiting.NothingToWaitFor:
        messages.info(request, _("There is nothing to wait for: look, it can be had, or is not sold any more."))
    return redirect("shop:article", slug=slug)


@never_cache
@require_POST
@login_required
def unwait(request: HttpRequest, slug: str) -> HttpResponse:
    """Go from the list."""
    if waiting.leave(account=request.user, article=found_article(slug)):
        messages.success(request, _("You are off the list."))
    return redirect("shop:article", slug=slug)


@never_cache
@login_required
def thanks(request: HttpRequest) -> HttpResponse:
    """Back from the payment page. It only reads: what was paid is known from the webhook. Until then it looks again."""
    try:
        page = billing_access.access_checkout(request.user, request.GET.get("s", "")[:200])
    except Checkout.DoesNotExist as missing:
        raise Http404 from missing
    sale = Sale.objects.filter(key=page.key, account=request.user).select_related("article__item").first()
    if sale is None:
        raise Http404
    arrived = sale.state not in (SaleState.HELD, SaleState.NEW)
    response = render(request, "shop/thanks.html", {"sale": sale, "arrived": arrived, "units": list(sale.units.all())})
    if not arrived:
        response["Refresh"] = "3"
    return response


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """One's own things, and where one waits."""
    page = Paginator(queries.things_of(request.user), 25).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "places": queries.list_places(request.user)}
    return render(request, "shop/mine.html", context)


def own(request: HttpRequest, pk: int) -> Sale:
    """The visitor's own sale, or 404."""
    try:
        return access.access_sale(request.user, pk)
    except (Sale.DoesNotExist, OverflowError) as missing:
        raise Http404 from missing


@never_cache
@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an order ahead, or let a kept piece go."""
    sale = own(request, pk)
    try:
        if sale.state == SaleState.HELD and sale.way == Way.PAGE:
            selling.give_back(sale=sale, actor=f"account:{request.user.pk}", cause="let go by the buyer")
        else:
            ahead.cancel(sale=sale, actor=f"account:{request.user.pk}")
        messages.success(request, _("Done. Nothing is charged."))
    except NotAllowed:
        messages.error(request, _("It is too late for that: it has been released and charged."))
    return redirect("shop:mine")
