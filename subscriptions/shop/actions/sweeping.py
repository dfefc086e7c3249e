"""What the clock finds for the shop: kept pieces whose time is over, and everybody's turn after them."""

from datetime import datetime, timedelta

from subscriptions.billing import gateway, sync
from subscriptions.billing.enums import CheckoutState
from subscriptions.billing.models import Checkout
from subscriptions.shop.actions import selling, waiting
from subscriptions.shop.enums import OPEN_PAGE, WaitState
from subscriptions.shop.models import Article, Sale

PATIENCE = timedelta(hours=6)
"""So long a piece stays kept while Stripe cannot be asked whether it was paid in the last moment."""


def free_due(now: datetime) -> int:
    """Free what nobody paid for; answers how many. Before that Stripe is asked once how the page ended: news may be late."""
    return sum(_free(sale, now) for sale in selling.due(now))


def _free(sale: Sale, now: datetime) -> bool:
    page = Checkout.objects.filter(key=sale.key).exclude(session_id=None).first()
    waits = page and page.state in (CheckoutState.NEW, CheckoutState.OPEN) and not _asked(page)
    if waits and sale.held_until and now < sale.held_until + PATIENCE:
        return False
    sale.refresh_from_db()
    if sale.state not in OPEN_PAGE:
        return False
    return selling.give_back(sale=sale, actor="shop clock", cause="its time is over")


def _asked(page: Checkout) -> bool:
    try:
        sync.checkout(page.session_id or "")
    except gateway.GatewayError:
        return False
    return True


def pass_all_on(now: datetime | None = None) -> int:
    """What became free in another way, as by a delivery: to those who wait; answers how many offers were made."""
    rows = Article.objects.filter(entries__state=WaitState.WAITING, active=True).distinct()
    return sum(waiting.pass_on(article) for article in rows)
