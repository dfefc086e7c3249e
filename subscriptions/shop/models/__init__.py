"""Articles, sales, numbered pieces, and who waits for them."""

from subscriptions.shop.models.article import Article
from subscriptions.shop.models.sale import EditionUnit, Sale, WaitEntry

__all__ = ["Article", "EditionUnit", "Sale", "WaitEntry"]
