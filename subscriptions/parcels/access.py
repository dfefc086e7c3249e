"""A box by the number that people quote, by staff alone."""

import re

from subscriptions.boxes.models import BoxOrder

NUMBER = re.compile(r"(?:YJ-[A-Z0-9]{1,7}-)?(?P<pk>\d{1,18})", re.ASCII | re.IGNORECASE)


def order_id(number: str) -> int | None:
    """The id in `YJ-202611-000042` or in `42`; None for what is no number."""
    found = NUMBER.fullmatch(number.strip())
    return int(found["pk"]) if found else None


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
