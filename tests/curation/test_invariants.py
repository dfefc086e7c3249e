"""What must hold whatever the shelf, the answers and the boxes are: drawn at random, a hundred times over."""

import random
from collections import Counter

import pytest

from accounts.models import User
from ground import clock
from subscriptions.boxes.actions import allocation, stock
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, BoxVariant, Cycle, Item, OrderItem, StockEntry
from subscriptions.curation.actions.candidates import Candidate, candidates
from subscriptions.curation.models import Draft, DraftLine, Had, ItemTrait, Stance
from tests.factories.accounts import person
from tests.factories.curation import candidate, edition, item, paid, says, substitute, trait

pytestmark = pytest.mark.django_db
FAMILIES = ("", "", "cup", "tea", "paper")


class World:
    """A shelf, two plans, readers with answers and histories, paid boxes."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.items = [self._item(n) for n in range(9)]
        traits = [trait(f"trait-{n}", *self.dice.sample(self.items, 2)) for n in range(3)]
        self.cycles = [self._cycle(name) for name in ("one", "two")]
        for one in self.dice.sample(self.items, 4):
            other = self.dice.choice([i for i in self.items if i != one])
            substitute(one, other)
        self.people = [person() for _ in range(7)]
        for reader in self.people:
            for each in self.dice.sample(traits, self.dice.randint(0, 2)):
                says(reader, each, self.dice.choice(["never", "like"]))
            for one in self.dice.sample(self.items, self.dice.randint(0, 2)):
                Had.objects.create(account=reader, item=one, at=clock.now(), source="box")
        self.orders = [self._order(n) for n in range(12)]

    def _item(self, number: int) -> Item:
        digital = self.dice.random() < 0.15
        made = item(f"item-{number}", 0 if digital else self.dice.randint(0, 6), digital=digital,
                    family=self.dice.choice(FAMILIES))  # fmt: skip
        if made.on_hand:
            StockEntry.objects.create(item=made, delta=made.on_hand, reason="opening", actor="t", at=clock.now())
        return made

    def _cycle(self, name: str) -> Cycle:
        shown = self.dice.sample(self.items, 3)
        cycle = edition(name, shown)
        variant = BoxVariant.objects.create(plan=cycle.plan, slug="v", name_zh="v", name_en="v")
        for place in range(3):
            for one in self.dice.sample([i for i in self.items if i not in shown], self.dice.randint(0, 3)):
                candidate(cycle, place, one, variant if self.dice.random() < 0.3 else None)
        return cycle

    def _order(self, number: int) -> BoxOrder:
        cycle = self.dice.choice(self.cycles)
        variant = cycle.plan.variants.get() if self.dice.random() < 0.4 else None
        return paid(cycle, self.dice.choice(self.people), self.dice.randint(0, 99), variant)

    def some_more(self) -> None:
        for one in self.items:
            if not one.digital and self.dice.random() < 0.5:
                stock.adjust(item=one, delta=self.dice.randint(1, 3), reason="other", why="found", actor="t")


class Books:
    """What stands in the database after a run."""

    def __init__(self) -> None:
        self.items = {i.pk: i for i in Item.objects.all()}
        self.orders = {o.pk: o for o in BoxOrder.objects.select_related("subscription")}
        self.lines = list(DraftLine.objects.select_related("slot"))
        self.places = dict(Draft.objects.values_list("order", "place"))
        self.lie = {(line.draft_id, line.item_id) for line in self.lines if line.item_id}
        self.given = Counter(line.item_id for line in self.lines if line.item_id)
        self.had = set(Had.objects.values_list("account", "item"))
        self.nevers = {
            (account, one)
            for account, each in Stance.objects.filter(stance="never").values_list("account", "trait")
            for one in ItemTrait.objects.filter(trait=each).values_list("item", flat=True)
        }
        slots = [s for c in Cycle.objects.all() for s in c.slots.select_related("item")]
        self.offered: list[Candidate] = candidates(slots)

    def account(self, order_id: int) -> int:
        return self.orders[order_id].subscription.account_id

    def things_of(self, account: int) -> list[int]:
        return [i for o, i in sorted(self.lie) if self.account(o) == account]

    def may(self, order_id: int, one: Candidate) -> bool:
        account, variant = self.account(order_id), self.orders[order_id].variant_id
        kinds = {self.items[i].family for o, i in self.lie if o == order_id} - {""}
        return (
            one.variant_id in (None, variant) and (account, one.item_id) not in self.had | self.nevers
            and one.item_id not in self.things_of(account) and self.items[one.item_id].family not in kinds
        )  # fmt: skip


def check(books: Books, people: list[User]) -> None:
    assert stock.verify_stock() == []
    for reader in people:
        things = books.things_of(reader.pk)
        assert len(things) == len(set(things)), "nothing twice for one person"
        assert not {(reader.pk, i) for i in things} & (books.had | books.nevers)
    for pk, order in books.orders.items():
        mine = [line for line in books.lines if line.draft_id == pk]
        kinds = [books.items[line.item_id].family for line in mine if line.item_id]
        assert len([k for k in kinds if k]) == len({k for k in kinds if k}), "no kind twice in a box"
        assert (order.state == OrderState.ALLOCATED) == all(line.item_id for line in mine)
        lies = set(OrderItem.objects.filter(order=pk).values_list("item", flat=True))
        assert lies == ({line.item_id for line in mine} if order.state == OrderState.ALLOCATED else set())
    for line in books.lines:
        fits = [c for c in books.offered if c.slot_id == line.slot_id]
        if line.item_id:
            assert any(c.item_id == line.item_id and c.variant_id in (None, books.orders[line.draft_id].variant_id)
                       for c in fits)  # fmt: skip
        else:
            _nobody_was_passed_over(books, line, [c for c in fits if books.may(line.draft_id, c)])


def _nobody_was_passed_over(books: Books, line: DraftLine, open_to: list[Candidate]) -> None:
    """An empty compartment: what could lie there is used up, and not by boxes whose turn was later."""
    for one in open_to:
        thing = books.items[one.item_id]
        assert not thing.digital and thing.free == 0, "nobody is short of what is there"
        later = [o for o, i in books.lie if i == one.item_id and books.places[o] > books.places[line.draft_id]]
        assert not later, "nobody is short of what went to somebody later"


@pytest.mark.parametrize("seed", range(25))
def test_the_rules_hold_whatever_the_dice_say(seed: int) -> None:
    world = World(seed)
    allocation.allocate_all(world.cycles, actor="test")
    check(Books(), world.people)
    before = sorted(Books().lie), dict(BoxOrder.objects.values_list("pk", "state"))
    allocation.allocate_all(world.cycles, actor="test")
    assert (sorted(Books().lie), dict(BoxOrder.objects.values_list("pk", "state"))) == before, (
        "a second run changes nothing"
    )
    world.some_more()
    allocation.allocate_all(world.cycles, actor="test")
    after = Books()
    assert set(before[0]) <= after.lie, "what was found is kept"
    check_again(after, world.people)


def check_again(books: Books, people: list[User]) -> None:
    """As above, without turns: those who were served in the first run came before."""
    books.places = dict.fromkeys(books.places, 0)
    check(books, people)
