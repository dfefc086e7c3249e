"""What is kept for a sale: numbered pieces by their rows, other things by a promise of their item.

An edition lies apart: its pieces are promised of their item as long as they are not sent, so that claiming one touches
no counter that all want at once. A claim takes the lowest free number and passes over rows that somebody else is just
taking (`SKIP LOCKED`): five hundred at once do not stand in one another's way.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum

from subscriptions.billing import outbox
from subscriptions.billing.enums import CheckoutState
from subscriptions.billing.models import Checkout
from subscriptions.boxes.actions import stock
from subscriptions.shop.enums import KEEPS, ArticleKind, SaleState, UnitState, Way
from subscriptions.shop.models import Article, EditionUnit, Sale


class SoldOut(Exception):
    """Fewer are free than were asked for; the article's id is the argument."""

    def __init__(self, article_id: int) -> None:
        super().__init__(article_id)
        self.article_id = article_id


@transaction.atomic
def keep(sale: Sale) -> None:
    """Set its pieces apart. Raises `SoldOut`; nothing is kept then."""
    if sale.article.numbered:
        claim(article_id=sale.article_id, sale_id=sale.pk, quantity=sale.quantity, until=sale.held_until)
        return
    try:
        stock.promise({sale.article.item_id: sale.quantity})
    except stock.NotEnough as short:
        raise SoldOut(sale.article_id) from short


# One statement: the row that is picked is the row that is written, and whoever comes meanwhile picks another.
CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM shop_editionunit WHERE article_id = %s AND state = 'free' ORDER BY number LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE shop_editionunit SET state = 'held', sale_id = %s, held_until = %s FROM picked WHERE shop_editionunit.id = picked.id
RETURNING number"""


def claim(*, article_id: int, sale_id: int, quantity: int, until: datetime | None) -> list[int]:
    """Take the lowest free numbers for a sale; answers them. Raises `SoldOut`: then the caller's transaction must not stand,
    for fewer than that many may have been taken."""
    if connection.features.has_select_for_update_skip_locked:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [article_id, quantity, sale_id, until])
            numbers = sorted(number for (number,) in cursor.fetchall())
    else:
        numbers = _claim_plainly(article_id, sale_id, quantity, until)
    if len(numbers) != quantity:
        raise SoldOut(article_id)
    return numbers


def _claim_plainly(article_id: int, sale_id: int, quantity: int, until: datetime | None) -> list[int]:
    """Where one writes at a time anyway."""
    free = EditionUnit.objects.filter(article=article_id, state=UnitState.FREE).order_by("number")
    found = dict(free.values_list("pk", "number")[:quantity])
    EditionUnit.objects.filter(pk__in=found, state=UnitState.FREE).update(
        state=UnitState.HELD, sale=sale_id, held_until=until
    )
    return sorted(found.values())


def sold(sale: Sale) -> None:
    """Paid: its numbers are its own now."""
    if sale.article.numbered:
        EditionUnit.objects.filter(sale=sale, state=UnitState.HELD).update(state=UnitState.SOLD, held_until=None)


@transaction.atomic
def let_go(sale: Sale) -> None:
    """What was kept for it is free again. Only for a sale that keeps something."""
    if sale.article.numbered:
        EditionUnit.objects.filter(sale=sale).update(state=UnitState.FREE, sale=None, held_until=None)
    else:
        stock.unpromise({sale.article.item_id: sale.quantity})


@transaction.atomic
def send(sale: Sale, *, actor: str) -> None:
    """It left the house: off the shelf and into the book."""
    stock.send_out({sale.article.item_id: sale.quantity}, actor=actor, subject=f"sale:{sale.pk}")
    if sale.article.numbered:
        EditionUnit.objects.filter(sale=sale).update(state=UnitState.SHIPPED)


def left(article: Article) -> int:
    """How many can be had now, besides what was ordered ahead and is about to be charged. One query."""
    if article.numbered:
        return EditionUnit.objects.filter(article=article, state=UnitState.FREE).count()
    return max(0, article.item.free - booked(article))


def booked(article: Article) -> int:
    """How many were ordered ahead and lie nowhere yet. No query where nothing is ordered ahead."""
    if article.kind != ArticleKind.AHEAD:
        return 0
    rows = Sale.objects.filter(article=article, way=Way.AHEAD, state=SaleState.BOOKED)
    return rows.aggregate(n=Sum("quantity"))["n"] or 0


def close_page(sale: Sale) -> None:
    """Nobody should pay it any more. In the caller's transaction; the call follows."""
    page = Checkout.objects.filter(key=sale.key, state=CheckoutState.OPEN).exclude(session_id=None).first()
    if page:
        outbox.put(key=f"shop-close:{sale.key}", object_id=page.session_id or "", params={}, kind=outbox.EXPIRE)


def promised() -> Counter[int]:
    """Hook of boxes: what sales and editions have promised, by item. Two queries."""
    rows = Sale.objects.filter(state__in=KEEPS).exclude(article__kind=ArticleKind.EDITION)
    found: Counter[int] = Counter()
    found.update(_counts(rows.values_list("article__item").annotate(n=Sum("quantity")).order_by()))
    units = EditionUnit.objects.exclude(state=UnitState.SHIPPED)
    found.update(_counts(units.values_list("article__item").annotate(n=Count("pk")).order_by()))
    return found


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows)
