"""Pages of giving: choose and wrap, what one gave, and the page where a gift is opened."""

from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ground import clock
from membership.currencies import bound
from membership.queries import tier_can_be_joined
from subscriptions.billing import gateway
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import PlanPrice
from subscriptions.boxes import queries
from subscriptions.boxes.forms import AddressForm
from subscriptions.gifts import actions, boxes
from subscriptions.gifts.forms import CodeForm, GiftForm
from subscriptions.gifts.models import Gift

MOST_TRIES = 20  # an hour; a code has sixty bits, so this is about noise, not about guessing


def on_sale() -> QuerySet[PlanPrice]:
    """Prices of gifts of plans that are open: memberships first, then boxes, each from the lowest."""
    opened = Q(plan__opens_at=None) | Q(plan__opens_at__lte=clock.now())
    rows = PlanPrice.objects.filter(opened, active=True, gift_months__isnull=False, stripe_price__isnull=False)
    return rows.select_related("plan").order_by("-plan__kind", "amount")


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Choose and wrap a gift; below it what one gave before."""
    person = request.user
    start = {"token": uuid4(), "buyer_name": getattr(person, "name", ""), "price": on_sale().first()}
    form = GiftForm(request.POST or None, prices=on_sale(), initial=start)
    if request.method == "POST" and not person.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('gifts:index')})}")
    if request.method == "POST" and form.is_valid() and _can_be_given(form.cleaned_data["price"]):
        paying = bound(person)
        if paying not in ("", form.cleaned_data["price"].currency):
            form.add_error("price", _("You pay in %(currency)s already, and Stripe charges one person in one currency: this gift is not sold in it.") % {"currency": paying})  # fmt: skip
            return render(request, "gifts/index.html", {"form": form, "given": [], "sold": True}, status=422)
        try:
            return redirect(_buy(request, form).session_url)
        except gateway.GatewayError:
            form.add_error(None, _("The payment service does not answer. Nothing was charged. Try again in a minute."))
    given = list(Gift.objects.filter(buyer=person).exclude(state="new").select_related("price__plan")[:50]) if (
        person.is_authenticated) else []  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(
        request, "gifts/index.html", {"form": form, "given": given, "sold": on_sale().exists()}, status=status
    )


def _can_be_given(price: PlanPrice) -> bool:
    plan = price.plan
    return boxes.sold(plan.target) if plan.kind == PlanKind.BOX else tier_can_be_joined(plan.target)


def _buy(request: HttpRequest, form: GiftForm) -> actions.Checkout:
    data = dict(form.cleaned_data)
    price, key = data.pop("price"), data.pop("token")
    wrapping = actions.Wrapping(**data, language=get_language() or "en")
    return actions.buy(buyer=request.user, price=price, key=key, wrapping=wrapping)


@never_cache
def claim(request: HttpRequest) -> HttpResponse:
    """Open a gift. A link shows what it is; a button opens it, after signing in."""
    code = (request.POST or request.GET).get("code", "")[:40]
    form = CodeForm({"code": code} if code else None)
    found = _waiting(request, code, form) if code and form.is_valid() else None
    asks = AddressForm(request.POST if "line1" in request.POST else None) if found and found.of_boxes else None
    waits = bool(found and found.of_boxes and queries.gets_already(request.user, found.price.plan.target))
    context = {"form": form, "gift": found, "code": code, "address": asks, "waits": waits}
    if request.method != "POST" or found is None:
        return render(request, "gifts/claim.html", context)
    if not request.user.is_authenticated:
        back = f"{reverse('gifts:claim')}?{urlencode({'code': code})}"
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': back})}")
    if asks and not asks.is_valid():
        return render(request, "gifts/claim.html", context, status=422)
    try:
        gift = actions.claim(account=request.user, code=code, address=asks.cleaned_data if asks else None)
    except actions.NoSuchGift:
        form.add_error("code", _("No gift waits under this code."))
        return render(request, "gifts/claim.html", {"form": form, "gift": None, "code": code}, status=422)
    if gift.of_boxes:
        later = _("The boxes are yours. They come while your own subscription to this box rests, or after it.")
        soon = _("The boxes are yours: the next one that is packed comes to you.")
        messages.success(request, later if waits else soon)
        return redirect("boxes:index")
    messages.success(request, _("%(plan)s is yours. Welcome to the table.") % {"plan": gift.price.plan.name})
    return redirect("membership:welcome", key=gift.price.plan.target)


def _waiting(request: HttpRequest, code: str, form: CodeForm) -> Gift | None:
    who = request.user.pk if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")
    tries = f"gifts:tries:{who}"
    cache.add(tries, 0, 3600)
    try:
        if cache.incr(tries) > MOST_TRIES:
            form.add_error("code", _("Too many tries. Wait an hour."))
            return None
    except ValueError:
        pass  # the cache is away, or forgot in between: a missing count stops nobody
    try:
        return actions.waiting(code)
    except actions.NoSuchGift:
        form.add_error("code", _("No gift waits under this code."))
        return None
