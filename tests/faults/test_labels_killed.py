"""A worker killed on the way of a label, before and after the courier's answer and before our commit: one label, bought once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions.parcels.actions import labels
from subscriptions.parcels.enums import CallState, LabelState
from subscriptions.parcels.models import LabelCall, Parcel
from tests.factories.parcels import on_the_table, shelf
from tests.faults.test_billing_drain import KILLED, Mortal, mortal  # noqa: F401
from tests.parcels.courier_server import courier
from tests.parcels.test_labels import weighed

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.django_db(transaction=True)]
COURIER, LABELS = "subscriptions.parcels.carriers.courier.Courier", "subscriptions.parcels.actions.labels"


@pytest.mark.parametrize(
    ("place", "when", "asked"),
    [
        (f"{COURIER}.buy", "before", 1),  # claimed, and nobody asked
        (f"{COURIER}.buy", "after", 2),  # sold, and nothing written
        (f"{LABELS}.name_parcel", "after", 2),  # half written
        (f"{LABELS}._bought", "after", 1),  # all written
    ],
)
def test_a_label_is_bought_once_wherever_the_worker_dies(
    mortal: Mortal,  # noqa: F811
    place: str,
    when: str,
    asked: int,
) -> None:
    order = on_the_table(shelf(), 1, country="JP")[0]
    weighed()
    labels.prepare([order])
    with courier() as desk:
        setup = {"CARRIER_API_BASE": desk.base, "CARRIER_API_KEY": "key-1"}
        assert mortal.work(None, "labels", place, when=when, settings=setup) == KILLED
        assert mortal.work(None, "labels", settings=setup) == 0 and len(desk.asked) <= 1, (
            "claimed: nobody asks meanwhile"
        )
        LabelCall.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        assert mortal.work(None, "labels", settings=setup) == 0
    parcel = Parcel.objects.select_related("order").get()
    assert len(desk.sold) == 1 and len(desk.asked) == asked
    assert (parcel.label_state, parcel.tracking, parcel.order.tracking) == (LabelState.BOUGHT, "CR000001", "CR000001")
    assert LabelCall.objects.get().state == CallState.DONE
