"""Sales come to their buyer alone; somebody else's and a missing one look alike."""

from accounts.models import User
from subscriptions.shop.models import Sale


def access_sale(account: User, pk: int) -> Sale:
    """The account's own sale. Raises `Sale.DoesNotExist`."""
    return Sale.objects.select_related("article__item").get(account=account, pk=pk)
