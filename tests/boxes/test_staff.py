"""Staff's pages: who may, and what the packing list says."""

import csv
import io
import re

import pytest
from django.contrib.auth.models import Group

from ground import clock
from subscriptions.boxes import demo
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxOrder, Cycle
from subscriptions.shop.models import Sale
from tests.factories.accounts import person
from tests.factories.boxes import paid_orders
from tests.factories.shop import article

pytestmark = pytest.mark.django_db


@pytest.fixture
def packer(client):
    """A person of the fulfilment group, signed in."""
    from accounts import demo as people

    people.seed(lambda text: None)
    demo.seed_address(lambda text: None)
    user = Group.objects.get(name="Fulfilment").user_set.get()
    client.force_login(user)
    return client


def test_the_board_is_for_packers_alone(packer, shelf: Cycle, client) -> None:
    assert packer.get("/cms/boxes/").status_code == 200
    assert packer.get(f"/cms/boxes/{shelf.pk}/").status_code == 200
    client.force_login(person())
    assert client.get("/cms/boxes/").status_code in (302, 403)
    assert client.post(f"/cms/boxes/{shelf.pk}/do/approve/").status_code in (302, 403)
    shelf.refresh_from_db()
    assert shelf.state == CycleState.OPEN


def test_a_step_at_the_wrong_time_is_said_and_changes_nothing(packer, shelf: Cycle) -> None:
    page = packer.post(f"/cms/boxes/{shelf.pk}/do/approve/", follow=True)
    assert page.status_code == 200 and "Not possible now" in page.content.decode()
    shelf.refresh_from_db()
    assert shelf.state == CycleState.OPEN


def test_the_packing_list_names_things_and_what_was_bought_beside_and_runs_no_formula(packer, shelf: Cycle) -> None:
    order = paid_orders(shelf, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(address={"recipient": "=1+1", "city": "Hangzhou", "line1": "12 Street"})
    allocation.allocate(shelf, actor="test")
    beside, now = article("river-print", push=False), clock.now()
    Sale.objects.create(account=order.subscription.account, article=beside, ride=order.subscription, order=order, way="along",
                        state="paid", amount=6800, currency="CNY", created_at=now, changed_at=now)  # fmt: skip
    page = packer.get(f"/cms/boxes/{shelf.pk}/").content.decode()
    address = next(a for a in re.findall(r'href="([^"]+)"', page) if a.endswith(".csv"))
    rows = list(csv.DictReader(io.StringIO(packer.get(address).content.decode("utf-8-sig"))))
    assert rows[0]["recipient"] == "'=1+1" and "1 x cup-plum" in rows[0]["items"] and "sound" not in rows[0]["items"]
    assert f"1 x {beside.item.sku}" in rows[0]["items"]
    slips = packer.get(next(a for a in re.findall(r'href="([^"]+)"', page) if "/papers/slips/" in a))
    assert beside.item.name in slips.content.decode()


def test_boards_queries_do_not_grow_with_orders(packer, shelf: Cycle, django_assert_max_num_queries) -> None:
    paid_orders(shelf, 3)
    packer.get("/cms/boxes/")
    with django_assert_max_num_queries(30):
        packer.get("/cms/boxes/")
