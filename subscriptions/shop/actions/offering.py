"""What staff do with articles: put one on sale, number an edition, close it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ground import facts
from membership.perks.models import Perk
from subscriptions.billing import catalogue, releasing
from subscriptions.billing.enums import Interval, PlanKind
from subscriptions.billing.models import Plan, PlanPrice
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Item
from subscriptions.shop.actions import ahead
from subscriptions.shop.enums import ArticleKind
from subscriptions.shop.models import Article, EditionUnit

LARGEST_EDITION = 100_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for an article: `amount` in minor units of `currency`; when it opens, and for whom before that."""

    amount: int
    currency: str = "CNY"
    opens_at: datetime | None = None
    early_perk: Perk | None = None
    early_hours: int = 24


@transaction.atomic
def put_on_sale(*, slug: str, item: Item, kind: str, terms: Terms, **fields: Any) -> Article:
    """A new article with its plan and price; `billing.catalogue.push` makes them at Stripe. An edition's pieces are
    numbered at once. Raises `stock.NotEnough`, `ValueError`, `IntegrityError` for an address that is taken."""
    if terms.amount <= 0:
        raise ValueError("a price is more than nothing")
    plan = Plan.objects.create(
        kind=PlanKind.THING, target=slug, name_zh=item.name_zh, name_en=item.name_en,
        needs_address=kind in (ArticleKind.THING, ArticleKind.EDITION, ArticleKind.AHEAD),
        opens_at=terms.opens_at, early_perk=terms.early_perk, early_hours=terms.early_hours,
    )  # fmt: skip
    PlanPrice.objects.create(
        plan=plan, lookup_key=f"thing-{slug}", currency=terms.currency, amount=terms.amount, interval=Interval.ONCE
    )
    article = Article.objects.create(slug=slug, item=item, plan=plan, kind=kind, **fields)
    if article.numbered:
        number_pieces(article=article, upto=article.size)
    _changed(article)
    return article


@transaction.atomic
def number_pieces(*, article: Article, upto: int) -> int:
    """Give numbers up to this one; each is promised of the item from now on. Answers how many are new.

    Raises `stock.NotEnough` where fewer lie free on the shelf, `ValueError` for more than `LARGEST_EDITION`.
    """
    if upto > LARGEST_EDITION:
        raise ValueError("an edition is smaller than that")
    Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    there = set(EditionUnit.objects.filter(article=article).values_list("number", flat=True))
    wanted = [n for n in range(1, upto + 1) if n not in there]
    stock.promise({article.item_id: len(wanted)})
    EditionUnit.objects.bulk_create([EditionUnit(article=article, number=n) for n in wanted], batch_size=1000)
    return len(wanted)


@transaction.atomic
def change(
    *, article: Article, amount: int | None = None, terms: Terms | None = None, actor: str = "shop", **fields: Any
) -> Article:
    """Change an article: its own fields, its price (`amount`, a new price in the old one's place), its opening. Put away, it
    cancels what was ordered ahead. Raises `ValueError` for another size of an edition: its pieces are numbered, and their
    count was told to all."""
    told = Article.objects.values_list("size", flat=True).get(pk=article.pk)
    if article.numbered and fields.get("size", told) != told:
        raise ValueError("an edition keeps its size")
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    if not article.active:
        ahead.drop(article=article, actor=actor)
    price = article.plan.prices.filter(active=True).order_by("pk").first()
    if amount is not None and price is not None and price.amount != amount:
        catalogue.change_price(price=price, amount=amount)
    if terms is not None:
        releasing.release(plan=article.plan, opens_at=terms.opens_at, perk=terms.early_perk, hours=terms.early_hours)
    _changed(article)
    return article


def _changed(article: Article) -> None:
    transaction.on_commit(lambda: facts.offers_changed.send(sender=Article, reason=f"article {article.slug}"))
