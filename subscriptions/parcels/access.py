"""A box by the number that people quote, by staff alone."""

from subscriptions.boxes.models import BoxOrder
from subscriptions.boxes.narrowing import order_id


def access_order(number: str) -> BoxOrder:
    """The order of this number, with everything that its page says. Raises `BoxOrder.DoesNotExist`, also for a number
    whose month is another than the order's: it was read wrongly."""
    pk = order_id(number)
    if pk is None:
        raise BoxOrder.DoesNotExist(number)
    order = BoxOrder.objects.select_related(
        "cycle__plan", "variant", "subscription__account", "subscription__plan", "parcel"
    ).get(pk=pk)
    if "-" in number and order.number.upper() != number.strip().upper():
        raise BoxOrder.DoesNotExist(number)
    return order
