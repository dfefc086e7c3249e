"""Labels over a real line: bought once however often it is tried, refused clearly, chosen by zone and weight."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Cycle, Item
from subscriptions.parcels import demo, rates
from subscriptions.parcels.actions import labels, noting
from subscriptions.parcels.enums import CallState, LabelState
from subscriptions.parcels.models import LabelCall, Parcel, Rate, Zone
from tests.factories.parcels import on_the_table
from tests.parcels.courier_server import Desk, courier

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(settings):
    """A courier that is set up."""
    with courier() as found:
        settings.CARRIER_API_BASE, settings.CARRIER_API_KEY = found.base, "key-1"
        yield found


CUSTOMS = {"cup-plum": ("691110", 280, 8800), "letter-water": ("480240", 120, 3600), "tea-white": ("090230", 90, 9800),
           "print-river": ("491191", 60, 5200)}  # fmt: skip


def weighed() -> None:
    """Zones, rates, and things whose weight and value these tests know."""
    demo.seed(lambda text: None)
    for sku, (hs6, weight, value) in CUSTOMS.items():
        Item.objects.filter(sku=sku).update(hs6=hs6, weight=weight, value=value, origin="CN", currency="CNY")


@pytest.fixture
def abroad(cycle: Cycle) -> list[BoxOrder]:
    """Two boxes that go by courier."""
    weighed()
    return on_the_table(cycle, 2, country="JP")


def again() -> None:
    """Every waiting call is due once more."""
    LabelCall.objects.filter(state=CallState.PENDING).update(due_at=timezone.now() - timedelta(seconds=1))


def test_the_sweep_buys_a_label_and_keeps_order_and_parcel_in_step(desk: Desk, abroad: list[BoxOrder]) -> None:
    assert labels.prepare(abroad) == {}
    assert Parcel.objects.filter(label_state=LabelState.WANTED).count() == 2 and not desk.asked
    assert labels.run_due() == 2
    for parcel in Parcel.objects.select_related("order"):
        assert parcel.label_state == LabelState.BOUGHT and parcel.label_url.startswith("https://courier.example/")
        assert (
            (parcel.order.carrier, parcel.order.tracking)
            == (parcel.carrier, parcel.tracking)
            == ("courier", parcel.tracking)
        )
        assert (parcel.cost, parcel.currency) == (1900, "CNY") and parcel.tracking
    key, who, body = desk.asked[0]
    assert who == "Bearer key-1" and key.startswith("parcel:")
    assert body["to"]["country"] == "JP" and body["weight"] > 500
    assert {line["hs6"] for line in body["customs"]} >= {"691110", "090230"}


def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_is_bought_twice(
    desk: Desk, abroad: list[BoxOrder]
) -> None:
    desk.moods = ["hang up", "away", "nonsense", "empty"]
    labels.prepare(abroad[:1])
    for _ in range(4):
        labels.run_due()
        assert Parcel.objects.get().label_state == LabelState.WANTED
        assert LabelCall.objects.get().due_at > timezone.now()
        again()
    labels.run_due()
    assert Parcel.objects.get().label_state == LabelState.BOUGHT
    assert len(desk.asked) == 5 and len({key for key, _who, _body in desk.asked}) == 1 and len(desk.sold) == 1


def test_a_worker_that_dies_after_the_purchase_gets_the_same_label(
    desk: Desk, abroad: list[BoxOrder], monkeypatch
) -> None:
    labels.prepare(abroad[:1])
    with monkeypatch.context() as death, pytest.raises(KeyboardInterrupt):
        death.setattr(labels, "_bought", lambda call, label: (_ for _ in ()).throw(KeyboardInterrupt))
        labels.run_due()
    assert labels.run_due() == 0  # claimed: nobody else asks meanwhile
    again()
    labels.run_due()
    assert Parcel.objects.get().tracking == "CR000001" and len(desk.sold) == 1


def test_a_refusal_is_told_and_can_be_tried_with_another_key(
    desk: Desk, abroad: list[BoxOrder], packer, cycle: Cycle
) -> None:
    desk.moods = ["refuse"]
    labels.prepare(abroad[:1])
    labels.run_due()
    assert Parcel.objects.get().label_state == LabelState.FAILED
    assert "no such street" in packer.get(f"/cms/boxes/{cycle.pk}/labels/").content.decode()
    packer.post(f"/cms/boxes/order/{abroad[0].number}/do/label/")
    labels.run_due()
    assert Parcel.objects.get().label_state == LabelState.BOUGHT
    assert [key.rpartition(":")[2] for key, _w, _b in desk.asked] == ["1", "2"]


def test_who_has_a_label_keeps_it_until_the_address_changes(desk: Desk, abroad: list[BoxOrder], packer) -> None:
    order = abroad[0]
    labels.prepare([order])
    labels.run_due()
    order.refresh_from_db()
    labels.prepare([order])
    assert LabelCall.objects.count() == 1
    address = {**order.address, "line1": "Other Street 9"}
    page = packer.post(f"/cms/boxes/order/{order.number}/address/", address, follow=True).content.decode()
    assert "bought for the old address" in page
    order.refresh_from_db()
    assert order.flag == noting.STALE and order.own_address
    assert "leads elsewhere" in packer.get(f"/cms/boxes/pack/{order.number}/").content.decode()
    labels.prepare([order])
    labels.run_due()
    assert Parcel.objects.get().label_address["line1"] == "Other Street 9" and len(desk.sold) == 2
    order.refresh_from_db()
    assert order.flag == "", "the new label leads to the new address"


def test_what_cannot_be_sent_says_why(cycle: Cycle, packer) -> None:
    demo.seed(lambda text: None)
    here, nowhere, homeless = on_the_table(cycle, 3)
    BoxOrder.objects.filter(pk=nowhere.pk).update(address={"line1": "1", "country": "BR"})
    BoxOrder.objects.filter(pk=homeless.pk).update(address={})
    BoxOrder.objects.filter(pk=here.pk).update(state=OrderState.SHORT)
    orders = BoxOrder.objects.filter(cycle=cycle).select_related("cycle")
    assert labels.prepare(orders) == {here.pk: "state", nowhere.pk: "rate", homeless.pk: "address"}
    page = packer.post(f"/cms/boxes/{cycle.pk}/labels/buy/", follow=True).content.decode()
    assert "No rate carries it" in page and "There is no address" in page


def test_without_a_courier_set_up_the_wish_fails_with_words(abroad: list[BoxOrder], settings) -> None:
    settings.CARRIER_API_BASE = ""
    labels.prepare(abroad[:1])
    labels.run_due()
    assert "CARRIER_API_BASE" in LabelCall.objects.get().error


def test_at_home_the_post_gets_a_list_to_fill_in(cycle: Cycle, packer) -> None:
    weighed()
    on_the_table(cycle, 2, recipient="@sum")
    packer.post(f"/cms/boxes/{cycle.pk}/labels/buy/")
    assert not LabelCall.objects.exists()
    text = packer.get(f"/cms/boxes/{cycle.pk}/manifest.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2 and rows[0]["carrier"] == "post" and rows[0]["recipient"] == "'@sum"
    assert int(rows[0]["grams"]) == 280 + 120 + 90 + 60 + labels.PACKAGING
    assert Parcel.objects.first().cost == 1200


def test_customs_lines_are_one_for_each_heading(abroad: list[BoxOrder], packer, cycle: Cycle) -> None:
    Item.objects.filter(sku="letter-water").update(hs6="691110")
    text = packer.get(f"/cms/boxes/{cycle.pk}/customs.csv").content.decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["order"] == abroad[0].number]
    assert {r["hs6"]: r["value_minor"] for r in rows}["691110"] == str(8800 + 3600) and len(rows) == 3


def test_the_cheapest_rate_that_carries_the_weight_is_taken() -> None:
    demo.seed(lambda text: None)
    found = rates.tariff()
    assert found.best("CN", 2000).price == 1200
    assert found.best("cn", 2001).price == 2400
    assert found.best("CN", 10001) is None and found.best("BR", 1) is None and found.best("", 1) is None


def test_a_country_is_in_one_zone_and_is_two_letters() -> None:
    demo.seed(lambda text: None)
    for countries in ("CN", "XX1", "中国", "C"):
        with pytest.raises(ValidationError):
            Zone(name_zh="x", name_en="x", countries=countries).full_clean()
    zone = Zone(name_zh="x", name_en="x", countries="br, ar  br")
    zone.full_clean()
    assert zone.countries == "BR AR"
    with pytest.raises(ValidationError):
        Rate(zone=Zone.objects.first(), carrier="nobody", up_to=1, price=1).full_clean()


def test_the_demo_is_quick_to_run_again() -> None:
    demo.seed(lambda text: None)
    counts = Zone.objects.count(), Rate.objects.count()
    demo.seed(lambda text: None)
    assert counts == (Zone.objects.count(), Rate.objects.count()) == (3, 7)


@pytest.mark.parametrize(
    "data", [{}, {"carrier": "nobody", "tracking": "x"}, {"carrier": "post", "tracking": "x" * 99}]
)
def test_a_bad_number_comes_back_with_the_form(packer, cycle: Cycle, data: dict[str, str]) -> None:
    order = on_the_table(cycle, 1)[0]
    assert packer.post(f"/cms/boxes/order/{order.number}/tracking/", data).status_code == 422


def test_a_number_is_given_to_one_parcel_alone(packer, cycle: Cycle) -> None:
    one, two = on_the_table(cycle, 2)
    for order, status in ((one, 302), (two, 422)):
        answer = packer.post(f"/cms/boxes/order/{order.number}/tracking/", {"carrier": "post", "tracking": "RR1"})
        assert answer.status_code == status
    assert BoxOrder.objects.filter(tracking="RR1").count() == Parcel.objects.filter(tracking="RR1").count() == 1


def given_up(desk: Desk, order: BoxOrder) -> None:
    """A label that was sold, while the courier's answers got lost until we gave up."""
    desk.moods = ["hang up"] * labels.MOST_ATTEMPTS
    labels.prepare([order])
    for _ in range(labels.MOST_ATTEMPTS):
        again()
        labels.run_due()
    assert Parcel.objects.get().label_state == LabelState.FAILED and len(desk.sold) == 1


def test_a_label_that_was_given_up_is_asked_for_with_the_same_key(desk: Desk, abroad: list[BoxOrder], packer) -> None:
    given_up(desk, abroad[0])
    packer.post(f"/cms/boxes/order/{abroad[0].number}/do/label/")
    labels.run_due()
    parcel = Parcel.objects.get()
    assert (parcel.label_state, parcel.tracking) == (LabelState.BOUGHT, "CR000001")
    assert len(desk.sold) == 1 and LabelCall.objects.count() == 1


def test_a_label_to_another_address_than_the_one_given_up_is_another_label(desk: Desk, abroad: list[BoxOrder]) -> None:
    order = abroad[0]
    given_up(desk, order)
    noting.readdress(order=order, address={"line1": "Other Street 9"}, actor="staff:1")
    labels.prepare([order])
    labels.run_due()
    assert Parcel.objects.get().label_address["line1"] == "Other Street 9" and len(desk.sold) == 2


def test_an_address_that_changes_while_the_label_is_on_its_way_is_flagged(desk: Desk, abroad: list[BoxOrder]) -> None:
    order = abroad[0]
    labels.prepare([order])
    noting.readdress(order=order, address={"line1": "Other Street 9"}, actor="staff:1")
    assert BoxOrder.objects.get(pk=order.pk).flag == ""
    labels.run_due()
    assert BoxOrder.objects.get(pk=order.pk).flag == noting.STALE
