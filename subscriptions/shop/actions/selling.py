"""Buying on a payment page: a piece is kept first, then the page is opened; nobody is charged without one.

The order of locks: account, article (only where somebody waits), sale, piece or shelf.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from ground import clock
from membership.currencies import bound, used
from subscriptions.billing import joining, releasing
from subscriptions.billing.enums import CheckoutKind
from subscriptions.billing.models import Checkout, PlanPrice
from subscriptions.boxes.models import BoxSubscription
from subscriptions.shop.actions import keeping, waiting
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import COUNTS, OPEN_PAGE, ArticleKind, SaleState, Way
from subscriptions.shop.models import Article, Sale

MARGIN = timedelta(minutes=15)
"""The hold outlives its payment page by this: a payment in the last second, and its news on the way."""
LATEST = timedelta(minutes=3)  # a page that ends sooner is not worth going to
SHORTEST = timedelta(minutes=35)  # Stripe opens no page for less than half an hour
LARGEST = 99


class NotOnSale(Exception):
    """Closed, put away, or not sold in this way."""


class TooMany(Exception):
    """More than one person may have; `left` is how many this one can still take."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class OtherCurrency(ValueError):
    """The account pays in another currency already; that one is the argument."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody wants: so many, sent alone or along with the next box of `ride`."""

    quantity: int = 1
    ride: BoxSubscription | None = None
    language: str = "en"


def price_of(article: Article, account: User) -> PlanPrice:
    """What this account is asked. Raises `NotOnSale` without a price at Stripe, `OtherCurrency`."""
    prices = {p.currency: p for p in article.plan.prices.all() if p.active and p.stripe_price and not p.boxes}
    if not prices:
        raise NotOnSale(article.slug)
    paying = bound(account)
    if paying and paying not in prices:
        raise OtherCurrency(paying)
    return prices[used(sorted(prices), paying)]


def refuse(article: Article, account: User) -> None:
    """Raises `NotOnSale`, `releasing.NotYet`."""
    if article.closed(clock.now()):
        raise NotOnSale(article.slug)
    releasing.refuse(article.plan, account)


def room(article: Article, account: User, *, besides: Sale | None = None) -> int:
    """How many more this account may have. One query; exact under the account's lock."""
    if article.most is None:
        return LARGEST
    rows = Sale.objects.filter(account=account, article=article, state__in=COUNTS)
    rows = rows.exclude(pk=besides.pk) if besides else rows
    return max(0, article.most - (rows.aggregate(n=Sum("quantity"))["n"] or 0))


@transaction.atomic
def reserve(*, account: User, article: Article, basket: Basket) -> tuple[Sale, Checkout]:
    """Keep pieces for somebody and write down the intent of their payment page, which `joining.open_page` opens.

    Whoever has a piece kept already gets the same page again; another number of them replaces it. Raises `NotOnSale`,
    `releasing.NotYet`, `OtherCurrency`, `TooMany`, `keeping.SoldOut`.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    article = (
        Article.objects.select_related("item", "plan__early_perk").prefetch_related("plan__prices").get(pk=article.pk)
    )
    if article.kind == ArticleKind.ALONG or article.ahead(clock.now()):
        raise NotOnSale(article.slug)
    if article.kind == ArticleKind.AHEAD:
        _lapse_begun(account, article)
    price, kept = price_of(article, account), _kept(account, article)
    entry = waiting.offered_to(kept)
    if entry is None:
        refuse(article, account)
    page = Checkout.objects.filter(key=kept.key).first() if kept else None
    wanted = kept.quantity if kept and entry else basket.quantity
    if kept and page and _fits(kept, page, wanted, basket):
        return kept, page
    if not 1 <= wanted <= room(article, account, besides=kept):
        raise TooMany(room(article, account, besides=kept))
    if kept and page is None and kept.quantity == wanted:  # kept by the waiting list, never gone to pay
        return _with_page(kept, price, basket)
    if kept:
        _replace(kept)
    elif (article.kind == ArticleKind.AHEAD and not _beyond_booked(article, wanted)) or (
        waiting.anybody(article) and not waiting.to_spare(article, wanted)
    ):
        raise keeping.SoldOut(article.pk)
    offered = kept.held_until if kept and entry else None
    sale = _new(account, article, price, wanted, basket, offered)
    keeping.keep(sale)
    if entry:
        waiting.hand_over(entry, sale)
    return _with_page(sale, price, basket)


def _beyond_booked(article: Article, quantity: int) -> bool:
    """Whether so many are there beside those that were ordered ahead, under the article's lock: theirs come first."""
    row = Article.objects.select_for_update(no_key=True, of=("self",)).select_related("item").get(pk=article.pk)
    return keeping.left(row) >= quantity


def _kept(account: User, article: Article) -> Sale | None:
    rows = Sale.objects.select_for_update(of=("self",)).filter(account=account, article=article, way=Way.PAGE)
    return rows.filter(state=SaleState.HELD).select_related("article__item").first()


def _fits(kept: Sale, page: Checkout, quantity: int, basket: Basket) -> bool:
    """The page that was opened is the one that is wanted, and lives long enough."""
    margin = LATEST if page.session_url else SHORTEST
    ride = basket.ride.pk if basket.ride else None
    return (kept.quantity, kept.ride_id) == (quantity, ride) and page.expires_at > clock.now() + margin


def _replace(kept: Sale) -> None:
    """Its page is closed and its pieces are free, for the sale that comes instead. Paid meanwhile, it is a late payment."""
    keeping.close_page(kept)
    keeping.let_go(kept)
    move(kept, SaleState.LAPSED, actor=f"account:{kept.account_id}", cause="chosen anew")


def _lapse_begun(account: User, article: Article) -> None:
    """An order ahead whose page was left open at the release: its buyer has come to buy."""
    for begun in Sale.objects.filter(account=account, article=article, state=SaleState.NEW):
        give_back(sale=begun, actor=f"account:{account.pk}", cause="bought after the release")


def _new(
    account: User, article: Article, price: PlanPrice, quantity: int, basket: Basket, offered: datetime | None
) -> Sale:
    """`offered`: so long it was promised by the waiting list, and is kept at least."""
    now = clock.now()
    until = now + joining.OPEN_FOR + MARGIN + timedelta(seconds=30)  # a little more than its page's own end
    return Sale.objects.create(
        account=account, article=article, quantity=quantity, amount=price.amount, currency=price.currency,
        ride=basket.ride, language=basket.language, created_at=now, changed_at=now,
        held_until=max(until, offered or until),
    )  # fmt: skip


def _with_page(sale: Sale, price: PlanPrice, basket: Basket) -> tuple[Sale, Checkout]:
    intent = joining.intend_apart(
        account=sale.account, kind=CheckoutKind.THING, key=sale.key, price=price, quantity=sale.quantity,
        language=basket.language, next_url=reverse("shop:article", args=[sale.article.slug]),
    )  # fmt: skip
    until = intent.expires_at + MARGIN
    late = sale.held_until is None or sale.held_until < until
    now: dict[str, object] = {"ride": basket.ride, "amount": price.amount, "currency": price.currency}
    now["held_until"] = until if late else sale.held_until
    changed = [name for name, value in now.items() if getattr(sale, name) != value]
    for name in changed:
        setattr(sale, name, now[name])
    if changed:
        sale.save(update_fields=changed)
    if late:
        sale.units.update(held_until=until)
    return sale, intent


@transaction.atomic
def give_back(*, sale: Sale, actor: str, cause: str) -> bool:
    """A piece that was kept is free again, first for those who wait. False when the sale has moved on."""
    row = Sale.objects.select_for_update(of=("self",)).select_related("article__item").get(pk=sale.pk)
    if row.state not in OPEN_PAGE:
        return False
    if row.state != SaleState.NEW:
        waiting.let_go(row)
    keeping.close_page(row)
    move(row, SaleState.LAPSED, actor=actor, cause=cause)
    waiting.lapsed(row)
    waiting.pass_on(row.article)
    return True


def due(now: datetime) -> list[Sale]:
    """Kept pieces whose time is over, oldest first."""
    rows = Sale.objects.filter(state__in=OPEN_PAGE, held_until__lte=now).exclude(way=Way.ALONG)
    return list(rows.order_by("held_until")[:500])
