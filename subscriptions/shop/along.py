"""What stands on the subscriber's page: chosen things with their sum, and what can be chosen."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, Sum

from ground import clock
from ground.money import Money
from membership.currencies import bound
from subscriptions.billing.models import Customer
from subscriptions.boxes.enums import RUNNING
from subscriptions.boxes.models import BoxSubscription, Cycle
from subscriptions.shop import queries
from subscriptions.shop.actions.going import NOT_PACKED
from subscriptions.shop.enums import COUNTS, ArticleKind, SaleState, Way
from subscriptions.shop.models import Article, Sale

MOST = 12
S = SaleState


@dataclass
class Panel:
    """Things beside a box. `chosen` can still be changed; `riding` is settled: being charged, or paid."""

    box: BoxSubscription
    cycle: Cycle | None
    chosen: list[Sale] = field(default_factory=list)
    riding: list[Sale] = field(default_factory=list)
    offers: list[queries.Shown] = field(default_factory=list)

    @property
    def sums(self) -> list[Money]:
        """What the chosen things cost together, by currency."""
        found: dict[str, int] = {}
        for sale in self.chosen:
            found[sale.currency] = found.get(sale.currency, 0) + sale.money.amount
        return [Money(amount, currency) for currency, amount in sorted(found.items())]


def panel(box: BoxSubscription, cycle: Cycle | None) -> dict[str, Any] | None:
    """The context of `shop/along.html` for a box and the cycle that is open; None where there is nothing to show. Five
    queries at most, whatever is there."""
    sales = _sales(box)
    closed = cycle is not None and clock.now() >= cycle.cutoff_at
    chosen = [s for s in sales if s.way == Way.ALONG and s.state == S.HELD and not s.order_id and not closed]
    offers = _offers(box, {s.article_id for s in chosen})
    if not sales and not offers:
        return None
    return {"along": Panel(box, cycle, chosen, [s for s in sales if s not in chosen], offers)}


def part(box: BoxSubscription, cycle: Cycle | None) -> tuple[str, dict[str, Any]] | None:
    """Hook of boxes: the part of the subscriber's page."""
    context = panel(box, cycle)
    return ("shop/along.html", context) if context else None


def _sales(box: BoxSubscription) -> list[Sale]:
    rows = Sale.objects.filter(ride=box, state__in=[S.HELD, S.CHARGING, S.PAID]).select_related("article__item")
    rows = rows.filter(Q(way=Way.ALONG) | Q(state=S.PAID)).prefetch_related("units")
    return list(rows.filter(Q(order=None) | Q(order__state__in=NOT_PACKED)).order_by("pk"))


def _offers(box: BoxSubscription, there: set[int]) -> list[queries.Shown]:
    now, account = clock.now(), box.account
    if box.state not in RUNNING or not _can_be_charged(box):
        return []
    rows = queries.on_sale(now).filter(kind=ArticleKind.ALONG).exclude(pk__in=there)
    found = list(rows.filter(Q(plan__opens_at=None) | Q(plan__opens_at__lte=now))[: MOST * 2])
    have = _have(account, found)
    paying = bound(account) if found else ""
    shown = [queries.shown(article, now, paying) for article in found]
    return [
        one for one in shown
        if one.price and one.left and (one.article.most is None or have.get(one.article.pk, 0) < one.article.most)
    ][:MOST]  # fmt: skip


def _can_be_charged(box: BoxSubscription) -> bool:
    """A box that was given may come to somebody of whom no card is known."""
    return box.billing_id is not None or Customer.objects.filter(account=box.account_id).exclude(card_last4="").exists()


def _have(account: Any, articles: list[Article]) -> dict[int, int]:
    """How many of each limited article the account has. One query."""
    limited = [a.pk for a in articles if a.most is not None]
    if not limited:
        return {}
    rows = Sale.objects.filter(account=account, article__in=limited, state__in=COUNTS).values_list("article")
    return dict(rows.annotate(n=Sum("quantity")).order_by())
