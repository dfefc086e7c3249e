"""Articles for tests, with and without Stripe."""

from typing import Any

from subscriptions.billing import catalogue
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Item
from subscriptions.shop.actions import offering
from subscriptions.shop.enums import ArticleKind
from subscriptions.shop.models import Article


def article(slug: str = "plum-cup", *, kind: str = ArticleKind.THING, on_hand: int = 3, amount: int = 6800,
            push: bool = True, terms: dict[str, Any] | None = None, **fields: Any) -> Article:  # fmt: skip
    """An article with so many pieces on the shelf; with `push` its price is at the sandbox."""
    item = Item.objects.create(sku=f"sku-{slug}", name_zh="梅子青杯", name_en=f"Plum cup {slug}", art="item-cup")
    if on_hand:
        stock.receive(item=item, quantity=on_hand, code="first", actor="test")
    made = offering.put_on_sale(
        slug=slug, item=item, kind=kind, terms=offering.Terms(amount=amount, **(terms or {})), **fields
    )
    if push:
        catalogue.push()
    else:
        made.plan.prices.update(stripe_price=f"price_{slug}")
    return Article.objects.select_related("item", "plan").get(pk=made.pk)


def edition(size: int = 3, slug: str = "hare-bowl", **more: Any) -> Article:
    """A numbered edition whose pieces all lie there."""
    return article(slug, kind=ArticleKind.EDITION, on_hand=size, size=size, **more)
