"""Box subscriptions come to their owner alone; somebody else's and a missing one look alike."""

from accounts.models import User
from subscriptions.boxes.models import BoxOrder, BoxSubscription


def access_box(account: User, pk: int) -> BoxSubscription:
    """The account's own box subscription. Raises `BoxSubscription.DoesNotExist`."""
    if pk >= 2**62:
        raise BoxSubscription.DoesNotExist
    rows = BoxSubscription.objects.select_related("plan", "variant", "billing__price", "billing__plan")
    return rows.get(account=account, pk=pk)


def access_order(account: User, pk: int) -> BoxOrder:
    """One of the account's own boxes. Raises `BoxOrder.DoesNotExist`."""
    if pk >= 2**62:
        raise BoxOrder.DoesNotExist
    rows = BoxOrder.objects.select_related("cycle__plan", "subscription__plan", "rating")
    return rows.get(subscription__account=account, pk=pk)
