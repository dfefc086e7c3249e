"""Reads of the shop: the list, one article as somebody sees it, one's own things."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ground import clock
from ground.money import Money
from membership.currencies import bound, used
from subscriptions.billing import releasing
from subscriptions.billing.models import PlanPrice
from subscriptions.boxes.models import BoxSubscription
from subscriptions.shop.actions import selling
from subscriptions.shop.enums import COUNTS, ON_LIST, SHOWN, ArticleKind, SaleState, UnitState, WaitState, Way
from subscriptions.shop.models import Article, EditionUnit, Sale, WaitEntry

FEW = 5
"""From so few on the page says how many are left."""


@dataclass
class Shown:
    """An article as it stands on a page. `left` is how many can be had now; `price` None: not on sale at Stripe."""

    article: Article
    left: int
    price: Money | None
    now: datetime
    waits: releasing.NotYet | None = None
    entry: WaitEntry | None = None
    kept: Sale | None = None
    own: list[Sale] = field(default_factory=list)
    room: int | None = None
    ride: BoxSubscription | None = None

    @property
    def closed(self) -> bool:
        """Not sold any more."""
        return self.article.closed(self.now) or self.price is None

    @property
    def ahead(self) -> bool:
        """Ordered ahead, not charged yet."""
        return self.article.ahead(self.now)

    @property
    def along(self) -> bool:
        """Sold with a box only."""
        return self.article.kind == ArticleKind.ALONG

    @property
    def few(self) -> bool:
        """So few that the page counts them."""
        return 0 < self.left <= FEW

    @property
    def opens(self) -> datetime | None:
        """When it opens for everybody, while that is to come."""
        opens = self.article.plan.opens_at
        return opens if opens and self.now < opens else None

    @property
    def early(self) -> datetime | None:
        """When it opens for holders of its perk, where that is before."""
        return releasing.early(self.article.plan) if self.opens else None

    @property
    def buyable(self) -> bool:
        """Whether a button to buy stands there."""
        open_now = not self.closed and self.waits is None and not self.along and not self.ahead
        return open_now and self.left > 0 and self.room != 0


def on_sale(now: datetime) -> QuerySet[Article]:
    """What the list shows."""
    return _seen().filter(Q(closes_at=None) | Q(closes_at__gt=now), active=True)


def _seen() -> QuerySet[Article]:
    """Articles with prices and how many are free."""
    ahead = Sale.objects.filter(article=OuterRef("pk"), way=Way.AHEAD).order_by()
    taken, booked = ahead.filter(state__in=COUNTS), ahead.filter(state=SaleState.BOOKED)
    units = EditionUnit.objects.filter(article=OuterRef("pk"), state=UnitState.FREE).order_by()
    prices = PlanPrice.objects.filter(active=True, stripe_price__isnull=False, boxes=None)
    rows = Article.objects.select_related("item", "plan__early_perk")
    return rows.prefetch_related(Prefetch("plan__prices", prices, to_attr="sold_at")).annotate(
        units_free=_count(units, Count("pk")),
        taken=_count(taken, Sum("quantity")),
        booked=_count(booked, Sum("quantity")),
    )


def _count(rows: QuerySet[Any], how: Any) -> Coalesce:
    return Coalesce(Subquery(rows.values("article").annotate(n=how).values("n"), output_field=IntegerField()), 0)


def shop(paying: str = "") -> list[Shown]:
    """The public list. Two queries."""
    now = clock.now()
    return [shown(article, now, paying) for article in on_sale(now)]


def shown(article: Any, now: datetime, paying: str) -> Shown:
    """A row of `on_sale` as it stands on a page for whoever pays in that currency. No query."""
    prices = {p.currency: p.money for p in article.plan.sold_at}
    money = prices.get(used(sorted(prices), paying or settings.CURRENCY)) if prices else None
    if article.numbered:
        left = article.units_free
    elif article.ahead(now):
        left = max(0, article.places - article.taken)
    else:
        left = max(0, article.item.free - article.booked)
    return Shown(article, left, money, now)


def article_of(slug: str, account: Any) -> Shown | None:
    """One article as this account (or nobody) sees it; closed ones too, for whoever follows an old link."""
    now = clock.now()
    signed_in = account if account.is_authenticated else None
    found = _seen().filter(slug=slug).first()
    if found is None:
        return None
    seen = shown(found, now, bound(signed_in) if signed_in else "")
    seen.waits = releasing.waiting(found.plan, account)
    if signed_in:
        _personal(seen, signed_in)
    elif seen.left and WaitEntry.objects.filter(article=found, state=WaitState.WAITING).exists():
        seen.left = 0  # what is free goes to those who wait
    return seen


def _personal(seen: Shown, account: Any) -> None:
    article = seen.article
    own = Sale.objects.filter(article=article, account=account, state__in=SHOWN).select_related("article__item")
    seen.own = list(own.prefetch_related("units")[:20])
    seen.kept = next((s for s in seen.own if s.state == SaleState.HELD and s.way == Way.PAGE), None)
    seen.entry = WaitEntry.objects.filter(article=article, account=account, state__in=ON_LIST).first()
    seen.room = selling.room(article, account, besides=seen.kept)
    waiting = WaitEntry.objects.filter(article=article, state=WaitState.WAITING).exclude(account=account).exists()
    if waiting and not seen.kept:
        seen.left = 0
    rows = BoxSubscription.objects.running().filter(account=account).exclude(state="pending").select_related("plan")
    seen.ride = rows.order_by("-pk").first() if article.kind == ArticleKind.THING else None


def things_of(account: Any, most: int = 200) -> list[Sale]:
    """One's own things, newest first. Two queries."""
    rows = Sale.objects.filter(account=account, state__in=SHOWN).select_related("article__item", "order__cycle", "ride")
    return list(rows.prefetch_related("units").order_by("-pk")[:most])


def list_places(account: Any) -> list[WaitEntry]:
    """Where one waits. One query."""
    rows = WaitEntry.objects.filter(account=account, state__in=ON_LIST).select_related("article__item")
    return list(rows.order_by("joined_at"))
