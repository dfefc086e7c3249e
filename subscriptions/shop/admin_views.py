"""Staff's pages about single things, in Wagtail's admin: what to pack, and what is on sale."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground import sheets
from subscriptions.billing import catalogue, gateway, paying
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Move
from subscriptions.shop.actions import offering, refunding, sending
from subscriptions.shop.actions.moving import NotAllowed
from subscriptions.shop.enums import Flag, SaleState, UnitState, WaitState
from subscriptions.shop.forms import ArticleForm
from subscriptions.shop.models import Article, Sale

staff = permission_required("boxes.change_boxorder", raise_exception=True)
MONEY, PRICES = "billing.change_invoice", "billing.change_planprice"
GIVES = frozenset({"refund", "again", "by_hand"})
S = SaleState
TO_DO = (S.PAID, S.PACKED)
ADDRESS = ("recipient", "phone", "line1", "line2", "city", "region", "postal_code", "country")
REFUSED = (NotAllowed, paying.TooMuch, paying.NothingDue, stock.NotEnough, ValueError)


def _chosen(request: HttpRequest) -> tuple[QuerySet[Sale], str, str]:
    """Sales by `?state=` (a state, `todo`, `flag`) and `?q=` (number, name or address of the account)."""
    state, asked = request.GET.get("state", "todo"), request.GET.get("q", "").strip()[:80]
    rows = Sale.objects.select_related("article__item", "account", "ride__plan", "order__cycle").prefetch_related(
        "units"
    )
    if state in S.values:
        rows = rows.filter(state=state)
    elif state == "flag":
        rows = rows.exclude(flag="")
    elif state == "todo":
        rows = rows.filter(state__in=TO_DO)
    if asked:
        number = asked.upper().removeprefix("YS-")
        by = Q(account__email__icontains=asked) | Q(account__name__icontains=asked) | Q(article__slug__icontains=asked)
        rows = rows.filter(by | Q(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else by)
    return rows.order_by("paid_at", "pk"), state, asked


@staff
def sales(request: HttpRequest) -> HttpResponse:
    """What was bought, to be packed first."""
    rows, state, asked = _chosen(request)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"listed": page, "state": state, "q": asked, "states": S.choices}
    return render(request, "shop/admin/sales.html", context)


@staff
def sales_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV, safe to open in a spreadsheet."""
    rows, _state, _asked = _chosen(request)
    lines = [
        [s.number, s.state, s.article.item.sku, s.quantity, ", ".join(str(u.number) for u in s.units.all()),
         s.money.amount, s.currency, s.order.number if s.order else "", *(s.address.get(k, "") for k in ADDRESS)]
        for s in rows[:20_000]
    ]  # fmt: skip
    head = ["sale", "state", "sku", "count", "numbers", "minor", "currency", "box", *ADDRESS]
    return sheets.csv_response("sales.csv", head, lines)


@staff
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """One sale: what can be done now, and what was."""
    rows = Sale.objects.select_related("article__item", "account", "ride__plan", "order__cycle")
    found = get_object_or_404(rows, pk=pk)
    context = {
        "sale": found,
        "units": list(found.units.order_by("number")),
        "moves": [(m, _label(m.after)) for m in Move.objects.filter(subject=f"sale:{found.pk}").order_by("at", "pk")],
        "can": _can(found, request),
        "address": [found.address[k] for k in ADDRESS if found.address.get(k)],
    }
    return render(request, "shop/admin/sale.html", context)


def _label(state: str) -> str:
    return str(S(state).label) if state in S.values else state


def _can(found: Sale, request: HttpRequest) -> dict[str, bool]:
    rides, pays = found.ride_id is not None, request.user.has_perm(MONEY)
    sealed, refused = found.state == S.PACKED and found.order_id is not None, found.flag == Flag.NOT_BACK
    return {
        "pack": found.state == S.PAID and not rides,
        "ship": found.state == S.PACKED and not rides,
        "deliver": found.state == S.SHIPPED and not rides,
        "return": found.state in (S.SHIPPED, S.DELIVERED),
        "alone": found.state == S.PAID and rides,
        "refund": pays and found.state in refunding.PAID_FOR and not sealed,
        "again": pays and refused,
        "seen": bool(found.flag) and not refused,
    }


@staff
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a sale; what cannot be done is said and changes nothing."""
    found, actor, said = get_object_or_404(Sale, pk=pk), f"staff:{request.user.pk}", request.POST
    steps: dict[str, Callable[[], Any]] = {
        "pack": lambda: sending.pack(sale=found, actor=actor),
        "ship": lambda: sending.ship(sale=found, actor=actor, carrier=said.get("carrier", ""),
                                     tracking=said.get("tracking", "")),
        "deliver": lambda: sending.deliver(sale=found, actor=actor),
        "return": lambda: sending.take_back(sale=found, actor=actor, why=said.get("why", "")[:160]),
        "alone": lambda: sending.alone(sale=found, actor=actor),
        "refund": lambda: refunding.refund(sale=found, actor=actor),
        "again": lambda: refunding.again(sale=found, actor=actor),
        "by_hand": lambda: refunding.by_hand(sale=found, actor=actor, why=said.get("why", "")[:160]),
        "seen": lambda: sending.settle_flag(sale=found),
    }  # fmt: skip
    if name in GIVES and not request.user.has_perm(MONEY):
        messages.error(request, _("Money is given back by those who may change invoices."))
    elif name in steps:
        try:
            steps[name]()
            messages.success(request, _("Done."))
        except REFUSED as refused:
            messages.error(request, _why(refused))
    return redirect("shop_admin:sale", pk=pk)


def _why(refused: Exception) -> str:
    """Why a step is not possible, in words: one of `REFUSED`."""
    match refused:
        case refunding.InBox():
            return _("It lies in a packed box: unpack its box first.")
        case sending.WithBox():
            return _("It goes along with a box and is packed with it.")
        case sending.NoAddress():
            return _("There is no address to which it could go.")
        case stock.NotEnough():
            return _("Fewer of it lie free on the shelf than are wanted.")
        case paying.TooMuch() | paying.NothingDue():
            return _("No more than what was paid and not given back yet.")
        case NotAllowed():
            return _("Not possible as it stands now: somebody may have moved it meanwhile.")
    return _("A word on why is needed.")


@staff
def articles(request: HttpRequest) -> HttpResponse:
    """What is on sale, how much of it is left, and how many wait."""
    rows = Article.objects.select_related("item", "plan").prefetch_related("plan__prices").annotate(
        free=Count("units", filter=Q(units__state=UnitState.FREE), distinct=True),
        waiting=Count("entries", filter=Q(entries__state=WaitState.WAITING), distinct=True),
        offered=Count("entries", filter=Q(entries__state=WaitState.OFFERED), distinct=True),
    )  # fmt: skip
    return render(request, "shop/admin/articles.html", {"rows": rows, "prices": request.user.has_perm(PRICES)})


@staff
def article(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Put something on sale, or change what is. What was typed is kept. Whoever may not set prices only reads them, and
    puts nothing new on sale."""
    prices = request.user.has_perm(PRICES)
    if pk is None and not prices:
        raise PermissionDenied
    found = get_object_or_404(Article.objects.select_related("plan", "item"), pk=pk) if pk else None
    price = found.plan.prices.filter(active=True).order_by("pk").first() if found else None
    start: dict[str, Any] = {"amount": price.amount if price else None}
    if found:
        start |= {n: getattr(found.plan, n) for n in ("opens_at", "early_perk", "early_hours")}
    form = ArticleForm(request.POST or None, instance=found, initial=start, prices=prices)
    if request.method == "POST" and form.is_valid() and _keep(form, found, f"staff:{request.user.pk}"):
        try:
            catalogue.push()
            messages.success(request, _("Kept, and made at Stripe."))
        except gateway.GatewayError:
            messages.warning(request, _("Kept. Stripe does not answer; it is made there with the next push."))
        return redirect("shop_admin:articles")
    status = 422 if form.is_bound else 200
    return render(request, "shop/admin/article.html", {"form": form, "article": found}, status=status)


def _keep(form: ArticleForm, found: Article | None, actor: str) -> bool:
    """Write it; False with the reason on the form."""
    said = dict(form.cleaned_data)
    said.pop("drop", None)
    terms = offering.Terms(said.pop("amount"), opens_at=said.pop("opens_at"), early_perk=said.pop("early_perk"),
                           early_hours=said.pop("early_hours") or 24)  # fmt: skip
    try:
        if found is None:
            offering.put_on_sale(terms=terms, **said)
        else:
            offering.change(article=found, amount=terms.amount, terms=terms, actor=actor, **said)
    except stock.NotEnough:
        form.add_error("size", _("Fewer of it lie free on the shelf: receive them first."))
    except IntegrityError:
        form.add_error("slug", _("Something is sold at this address already."))
    return not form.errors
