"""The shop on top of a real sandbox."""

from typing import Any

import pytest

from accounts.models import User
from subscriptions.billing import joining
from subscriptions.shop.actions import selling
from subscriptions.shop.models import Article, Sale
from tests.billing.conftest import Till, reader, sandbox, till

__all__ = ["Till", "reader", "sandbox", "till"]

ADDRESS = {"address_line1": "12 Hefang Street", "city": "Hangzhou", "postal_code": "310000", "country": "CN",
           "shipping_name": "Ning Yuan", "state": "Zhejiang"}  # fmt: skip


class Counter:
    """Where one buys: keep a piece, open the page, pay it."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def page(self, account: User, article: Article, quantity: int = 1, **basket: Any) -> tuple[Sale, str]:
        """A kept piece and the address of its payment page."""
        sale, intent = selling.reserve(account=account, article=article, basket=selling.Basket(quantity, **basket))
        return sale, joining.open_page(intent).session_url

    def buy(
        self, account: User, article: Article, quantity: int = 1, card: str = "4242424242424242", **basket: Any
    ) -> Sale:
        """The whole way."""
        sale, url = self.page(account, article, quantity, **basket)
        self.pay(url, card)
        sale.refresh_from_db()
        return sale

    def pay(self, url: str, card: str = "4242424242424242", deliver: bool = True) -> None:
        """Fill in the page and let the news arrive."""
        status, text, _ = self.till.pay(url, card, **ADDRESS)
        assert status in (302, 303), text[:1500]
        if deliver:
            self.till.deliver()


@pytest.fixture
def counter(till: Till) -> Counter:
    """The shop's counter."""
    return Counter(till)
