"""The shelf's pages: the list, an item's book, deliveries, counts, corrections, what goes into an edition."""

import csv
import io

import pytest
from django.core.management import call_command
from django.test import Client

from ground import clock
from subscriptions.boxes.actions import allocation, stock
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import BoxVariant, Cycle, Item, Lot, StockEntry
from subscriptions.curation.models import ItemTrait, SlotChoice, Substitute
from tests.factories.accounts import person
from tests.factories.curation import candidate, edition, item, paid, trait

pytestmark = pytest.mark.django_db


@pytest.fixture
def cup() -> Item:
    """Five cups, of which two are promised."""
    made = item("cup", 5, reorder_at=4)
    StockEntry.objects.create(item=made, delta=5, reason="opening", actor="t", at=clock.now())
    cycle = edition("a", [made])
    paid(cycle)
    paid(cycle)
    allocation.allocate(cycle, actor="t")
    return made


def do(desk: Client, one: Item, name: str, **said: object):
    return desk.post(f"/cms/boxes/stock/{one.pk}/do/{name}/", {f"{name}-{k}": v for k, v in said.items()}, follow=True)


def test_a_delivery_a_count_and_a_correction_are_lines_of_the_book(desk: Client, cup: Item) -> None:
    page = do(desk, cup, "receive", quantity=7, code="L-1", cost="12.50", best_before="2027-01-31", why="from the kiln")
    assert "Received 7" in page.content.decode()
    do(desk, cup, "count", counted=11, why="Ning, shelf 3")
    do(desk, cup, "adjust", delta=-1, reason="broken", why="fell down")
    cup.refresh_from_db()
    assert cup.on_hand == 10 and stock.verify_stock() == []
    assert Lot.objects.values_list("code", "quantity", "unit_cost").get() == ("L-1", 7, 1250)
    rows = StockEntry.objects.filter(item=cup).order_by("pk").values_list("delta", "reason")
    assert list(rows) == [(5, "opening"), (7, "received"), (-1, "counted"), (-1, "broken")]
    page = desk.get(f"/cms/boxes/stock/{cup.pk}/").content.decode()
    assert "fell down" in page and "cur-curve" in page and "L-1" in page


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("receive", {"quantity": "0", "code": "L"}, "greater than or equal to 1"),
        ("receive", {"quantity": "9" * 30, "code": "L"}, "less than or equal to"),
        ("receive", {"quantity": "3", "code": "L", "best_before": "2027-13-40"}, "valid date"),
        ("receive", {"quantity": "3", "code": "L", "cost": "1e999999"}, ""),
        ("count", {"counted": "1", "why": "counted"}, "are promised already"),
        ("adjust", {"delta": "-4", "reason": "broken", "why": "all"}, "are promised already"),
        ("adjust", {"delta": "0", "reason": "broken", "why": "all"}, "Nought"),
        ("adjust", {"delta": "1", "reason": "shipped", "why": "all"}, "valid choice"),
        ("instead", {"other": "abc"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    desk: Client, cup: Item, name: str, said: dict[str, str], told: str
) -> None:
    page = do(desk, cup, name, **said)
    text = page.content.decode()
    assert page.status_code == 422 and told in text
    assert name == "instead" or all(f'value="{v}"' in text or v in text for v in said.values())
    cup.refresh_from_db()
    assert (cup.on_hand, cup.allocated) == (5, 2) and StockEntry.objects.count() == 1


def test_the_same_lot_twice_is_refused(desk: Client, cup: Item) -> None:
    do(desk, cup, "receive", quantity=1, code="L-1")
    page = do(desk, cup, "receive", quantity=1, code="L-1")
    assert page.status_code == 422 and "there already" in page.content.decode()
    assert Item.objects.get(pk=cup.pk).on_hand == 6 and stock.verify_stock() == []


def test_traits_and_substitutes_of_an_item(desk: Client, cup: Item) -> None:
    clay, wool = trait("clay"), trait("wool", cup)
    dish = item("dish")
    desk.post(f"/cms/boxes/stock/{cup.pk}/do/traits/", {"traits-traits": [clay.pk]})
    assert list(ItemTrait.objects.values_list("trait", flat=True)) == [clay.pk] and wool.pk != clay.pk
    do(desk, cup, "instead", other=dish.pk)
    assert "there already" in do(desk, cup, "instead", other=dish.pk).content.decode()
    assert "there already" in do(desk, cup, "instead", other=cup.pk).content.decode()
    row = Substitute.objects.get()
    assert desk.post(f"/cms/boxes/stock/{dish.pk}/drop/{row.pk}/", follow=True).status_code == 404
    desk.post(f"/cms/boxes/stock/{cup.pk}/drop/{row.pk}/")
    assert not Substitute.objects.exists()


def test_the_list_shows_what_is_low_and_compares_with_the_book(desk: Client, cup: Item) -> None:
    item("plenty", 50)
    StockEntry.objects.create(
        item=Item.objects.get(sku="plenty"), delta=50, reason="opening", actor="t", at=clock.now()
    )
    low = desk.get("/cms/boxes/stock/?show=low").content.decode()
    assert "cup" in low and "plenty" not in low
    assert "agree" in desk.get("/cms/boxes/stock/?verify=1").content.decode()
    Item.objects.filter(sku="plenty").update(on_hand=51)
    assert "differ" in desk.get("/cms/boxes/stock/?verify=1").content.decode()
    for odd in ("q=%27", "show=x", "p=9999999999999", "q=" + "x" * 500):
        assert desk.get(f"/cms/boxes/stock/?{odd}").status_code == 200


def test_the_sheet_runs_no_formula(desk: Client, cup: Item) -> None:
    Item.objects.filter(pk=cup.pk).update(name_en="=1+1")
    rows = list(csv.reader(io.StringIO(desk.get("/cms/boxes/stock/?format=csv").content.decode("utf-8-sig"))))
    assert rows[1][0] == "cup" and rows[1][2] == "'=1+1" and rows[1][-3:] == ["5", "2", "3"]


def test_the_command_ends_with_1_where_something_drifts(cup: Item, capsys) -> None:
    call_command("verify_stock")
    Item.objects.filter(pk=cup.pk).update(on_hand=9)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_stock")
    assert ended.value.code == 1 and "cup" in capsys.readouterr().out


def test_pages_are_for_staff_alone(client: Client, cup: Item) -> None:
    client.force_login(person())
    for address in ("stock/", f"stock/{cup.pk}/", f"{Cycle.objects.get().pk}/inside/"):
        assert client.get(f"/cms/boxes/{address}").status_code in (302, 403)
    assert client.post(f"/cms/boxes/stock/{cup.pk}/do/count/").status_code in (302, 403)


def test_candidates_come_and_go_until_packing_begins(desk: Client, cup: Item) -> None:
    cycle = Cycle.objects.get()
    slot, dish = cycle.slots.get(), item("dish", 3)
    variant = BoxVariant.objects.create(plan=cycle.plan, slug="v", name_zh="v", name_en="Green")
    strange = BoxVariant.objects.create(plan=edition("z", []).plan, slug="v", name_zh="v", name_en="v")
    address = f"/cms/boxes/{cycle.pk}/inside/"
    desk.post(f"{address}{slot.pk}/add/", {"item": dish.pk, "variant": variant.pk})
    assert desk.post(f"{address}{slot.pk}/add/", {"item": dish.pk, "variant": variant.pk}).status_code == 422
    assert desk.post(f"{address}{slot.pk}/add/", {"item": dish.pk, "variant": strange.pk}).status_code == 422
    assert desk.post(f"{address}{slot.pk}/add/", {"item": cup.pk}).status_code == 422
    assert desk.post(f"{address}{slot.pk}/add/", {"item": "x" * 90}).status_code == 422
    row = SlotChoice.objects.get()
    text = desk.get(address).content.decode()
    assert "Green" in text and "2 boxes expected, 8 things" in text
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PACKING)
    desk.post(f"{address}drop/{row.pk}/")
    assert SlotChoice.objects.exists()
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.REVIEW)
    desk.post(f"{address}drop/{row.pk}/")
    assert not SlotChoice.objects.exists()


def test_compartments_are_added_until_the_cut_off(desk: Client, cup: Item) -> None:
    cycle = edition("b", [cup], CycleState.OPEN)
    said = {"slot-item": item("tea", family="tea").pk, "slot-kind_zh": "茶", "slot-kind_en": "Tea", "slot-blank": "on"}
    desk.post(f"/cms/boxes/{cycle.pk}/inside/add/", said)
    assert list(cycle.slots.values_list("item__sku", "order", "blank")) == [("cup", 0, False), ("tea", 1, True)]
    assert desk.post(f"/cms/boxes/{cycle.pk}/inside/add/", said).status_code == 422
    assert desk.post(f"/cms/boxes/{cycle.pk}/inside/add/", {}).status_code == 422
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.LOCKED)
    desk.post(f"/cms/boxes/{cycle.pk}/inside/add/", {**said, "slot-item": item("ink").pk})
    assert cycle.slots.count() == 2


def test_the_pages_queries_do_not_grow(desk: Client, cup: Item, django_assert_max_num_queries) -> None:
    cycle = Cycle.objects.get()
    addresses = ["/cms/boxes/stock/", f"/cms/boxes/stock/{cup.pk}/", f"/cms/boxes/{cycle.pk}/inside/"]
    few = {}
    for address in addresses:
        desk.get(address)
        with django_assert_max_num_queries(60) as counted:
            desk.get(address)
        few[address] = len(counted.captured_queries)
    for number in range(5):
        other = item(f"thing-{number}", 3)
        candidate(cycle, 0, other)
        stock.receive(item=cup, quantity=1, code=f"L-{number}", actor="t")
    for address in addresses:
        with django_assert_max_num_queries(few[address]):
            desk.get(address)
