"""Box subscriptions come to their owner alone; somebody else's and a missing one look alike."""

from accounts.models import User
from subscriptions.boxes.models import BoxSubscription


def access_box(account: User, pk: int) -> BoxSubscription:
    """The account's own box subscription. Raises `BoxSubscription.DoesNotExist`."""
    return BoxSubscription.objects.select_related("plan", "billing__price").get(account=account, pk=pk)
