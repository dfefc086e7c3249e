"""Sheets to take along: orders by filter, subscribers."""

from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import HttpRequest, StreamingHttpResponse

from ground.sheets import safe, to_csv_line
from subscriptions.boxes import flags, narrowing
from subscriptions.boxes.models import BoxOrder, BoxSubscription

staff = permission_required("boxes.change_boxorder", raise_exception=True)
ORDER_HEAD = ["order", "cycle", "plan", "kind", "state", "email", "variant", *BoxSubscription.ADDRESS, "carrier",
              "tracking", "flag"]  # fmt: skip
SUBSCRIBER_HEAD = ["box", "email", "name", "plan", "state", "variant", "since", "credits", *BoxSubscription.ADDRESS]


def _sheet(name: str, head: list[str], rows: Iterator[list[object]]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        yield "\ufeff" + to_csv_line(head)
        for row in rows:
            yield to_csv_line([safe(value) for value in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@staff
def orders(request: HttpRequest) -> StreamingHttpResponse:
    """The orders of these filters; the same columns come back in as changes."""
    return _sheet("orders.csv", ORDER_HEAD, _orders(narrowing.asked_of(request.GET)))


def _orders(asked: narrowing.Asked) -> Iterator[list[object]]:
    rows = narrowing.narrowed(asked).select_related("cycle__plan", "variant", "subscription__account").order_by("pk")
    for order in rows.iterator(chunk_size=2000):
        yield _order(order)


def _order(order: BoxOrder) -> list[object]:
    address = [order.address.get(name, "") for name in BoxSubscription.ADDRESS]
    return [
        order.number, order.cycle.period, order.cycle.plan.slug, order.kind, order.state, order.subscription.account.email,
        order.variant.slug if order.variant else "", *address, order.carrier, order.tracking,
        flags.shown(order.flag),
    ]  # fmt: skip


@staff
def subscribers(request: HttpRequest) -> StreamingHttpResponse:
    """Everybody who receives boxes or did."""
    return _sheet("subscribers.csv", SUBSCRIBER_HEAD, _subscribers())


def _subscribers() -> Iterator[list[object]]:
    unspent = Count("credits", filter=Q(credits__order=None, credits__withdrawn_at=None))
    rows = BoxSubscription.objects.select_related("account", "plan", "variant").annotate(left=unspent).order_by("pk")
    for box in rows.iterator(chunk_size=2000):
        yield [box.pk, box.account.email, box.account.name, box.plan.slug, box.state, box.variant.slug if box.variant else "",
               box.created_at.date().isoformat(), box.left, *box.address.values()]  # fmt: skip
