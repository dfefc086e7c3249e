"""Five hundred want fifty numbered pieces. The control shows that without the lock a number is sold twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from accounts.models import User
from ground import clock
from subscriptions.billing import joining
from subscriptions.billing.enums import CheckoutState
from subscriptions.billing.models import Checkout, Invoice
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Item
from subscriptions.shop.actions import keeping, money, selling, waiting
from subscriptions.shop.enums import SaleState, UnitState
from subscriptions.shop.models import Article, EditionUnit, Sale, WaitEntry
from tests.billing.conftest import sandbox, till  # noqa: F401
from tests.factories.accounts import person
from tests.factories.shop import article, edition
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
S = SaleState
PIECES, BUYERS = 50, 500


def buyers(count: int) -> list[User]:
    rows = [User(email=f"buyer-{uuid4().hex}@example.com", name="Buyer") for _ in range(count)]
    return User.objects.bulk_create(rows)


def crowd(work: list[Any], hands: int = 32) -> list[Any]:
    """Many pieces of work by so many hands, each with a connection of its own, started together."""
    gate = threading.Barrier(hands)

    def hand(jobs: list[Any]) -> list[Any]:
        found = []
        try:
            gate.wait()
            for job in jobs:
                try:
                    found.append(job())
                except Exception as refused:
                    found.append(refused)
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(hands) as pool:
        return [one for found in pool.map(hand, [work[i::hands] for i in range(hands)]) for one in found]


def paid(sale: Sale, stands: bool = True) -> Invoice:
    """The news of a payment, as billing's mirror brings it: an invoice of this sale's page, inside one transaction."""
    with transaction.atomic():
        page = Checkout.objects.select_for_update().get(key=sale.key)
        now = clock.now()
        invoice, _ = Invoice.objects.get_or_create(
            stripe_id=f"in_{sale.key}",
            defaults={"account_id": sale.account_id, "status": "paid", "currency": "CNY", "total": 6800,
                      "amount_paid": 6800, "created_at": now, "fetched_at": now},
        )  # fmt: skip
        page.state, page.invoice_id = CheckoutState.COMPLETE, invoice.stripe_id
        page.save(update_fields=["state", "invoice_id"])
        money.settled(page, stands)
    return invoice


def test_control_without_the_lock_one_number_goes_to_several() -> None:
    bowls = edition(1, push=False)
    sold = []

    def careless() -> None:
        unit = EditionUnit.objects.filter(article=bowls, state=UnitState.FREE).order_by("number").first()
        if unit:
            threading.Event().wait(0.05)
            sold.append(unit.number)

    at_once([careless] * 6)
    assert len(sold) > 1


def test_five_hundred_at_once_claim_fifty_numbers_once_each_and_nobody_pays_for_none() -> None:
    bowls = edition(PIECES, push=False, most=1)
    people, chance = buyers(BUYERS), random.Random(7)
    leaves = {one.pk for one in people if chance.random() < 0.2}

    def one(account: User) -> str:
        try:
            sale, _page = selling.reserve(account=account, article=bowls, basket=selling.Basket())
        except keeping.SoldOut:
            return "sold out"
        if account.pk in leaves:
            selling.give_back(sale=sale, actor="race", cause="left")
            return "left"
        paid(sale)
        return "paid"

    work = [lambda a=a: one(a) for a in people]
    found = crowd(work)
    assert not [f for f in found if isinstance(f, Exception)], found[:3]
    late = crowd([lambda a=a: one(a) for a in buyers(BUYERS // 5)])  # what the leavers freed
    assert not [f for f in late if isinstance(f, Exception)], late[:3]
    sold = Sale.objects.filter(article=bowls, state=S.PAID)
    numbers = list(EditionUnit.objects.filter(article=bowls, state=UnitState.SOLD).values_list("number", flat=True))
    assert sold.count() == PIECES and sorted(numbers) == list(range(1, PIECES + 1))
    assert len({u.sale_id for u in EditionUnit.objects.filter(article=bowls)}) == PIECES
    assert Invoice.objects.count() == PIECES  # who was charged has a number, and nobody else was
    assert not EditionUnit.objects.filter(article=bowls, state=UnitState.HELD).exists()
    assert not stock.verify_stock()


def test_the_limit_for_one_person_holds_in_ten_tabs() -> None:
    cup, account = article(on_hand=20, push=False, most=2), person("Ning")

    def one(quantity: int) -> Sale:
        return selling.reserve(account=account, article=cup, basket=selling.Basket(quantity))[0]

    found = at_once([lambda n=n: one(1 + n % 2) for n in range(10)])
    unknown = [f for f in found if isinstance(f, Exception) and not isinstance(f, selling.TooMany)]
    assert not unknown, unknown
    held = Sale.objects.filter(account=account, state=S.HELD)
    assert held.count() == 1 and held.get().quantity <= 2 and not stock.verify_stock()


def test_the_last_thing_on_the_shelf_goes_once() -> None:
    cup = article(on_hand=1, push=False)
    found = crowd(
        [lambda a=a: selling.reserve(account=a, article=cup, basket=selling.Basket()) for a in buyers(24)], 12
    )
    assert sum(not isinstance(f, Exception) for f in found) == 1
    assert all(isinstance(f, keeping.SoldOut) for f in found if isinstance(f, Exception))
    assert Item.objects.get(pk=cup.item_id).allocated == 1 and not stock.verify_stock()


def test_a_freed_number_goes_to_the_list_while_the_public_tries() -> None:
    bowls = edition(2, push=False)
    first, second, waits = person("A"), person("B"), person("W")
    one, _ = selling.reserve(account=first, article=bowls, basket=selling.Basket())
    selling.reserve(account=second, article=bowls, basket=selling.Basket())
    waiting.join(account=waits, article=bowls)

    def public(account: User) -> object:
        return selling.reserve(account=account, article=bowls, basket=selling.Basket())

    back = [lambda: selling.give_back(sale=one, actor="race", cause="left")]
    found = at_once(back + [lambda a=a: public(a) for a in buyers(10)])
    assert not [f for f in found if isinstance(f, Exception) and not isinstance(f, keeping.SoldOut)]
    assert WaitEntry.objects.get(account=waits).state == "offered"
    assert Sale.objects.get(account=waits, state=S.HELD).units.count() == 1 and not stock.verify_stock()


def test_two_freed_at_once_go_to_two_who_wait() -> None:
    bowls = edition(4, push=False)
    kept = [selling.reserve(account=person(), article=bowls, basket=selling.Basket())[0] for _ in range(4)]
    queue = [person(f"W{n}") for n in range(6)]
    for one in queue:
        waiting.join(account=one, article=bowls)
    found = at_once([lambda s=s: selling.give_back(sale=s, actor="race", cause="left") for s in kept])
    assert not [f for f in found if isinstance(f, Exception)], found
    offered = WaitEntry.objects.filter(state="offered").values_list("account", flat=True)
    assert set(offered) == {one.pk for one in queue[:4]} and not stock.verify_stock()


def test_a_payment_and_the_sweep_at_once_leave_no_payer_without_a_piece() -> None:
    bowls = edition(6, push=False)
    kept = [selling.reserve(account=person(), article=bowls, basket=selling.Basket())[0] for _ in range(6)]
    jobs = [lambda s=s: paid(s) for s in kept]
    jobs += [lambda s=s: selling.give_back(sale=s, actor="race", cause="its time is over") for s in kept]
    found = at_once(jobs)
    assert not [f for f in found if isinstance(f, Exception)], found
    for sale in Sale.objects.filter(pk__in=[s.pk for s in kept]):
        assert sale.state in (S.PAID, S.OWED)
        assert sale.units.count() == (1 if sale.state == S.PAID else 0)
    assert not stock.verify_stock()


def test_leaving_the_list_in_the_moment_of_paying_or_lapsing_loses_nothing() -> None:
    bowls, queue = edition(6, push=False), [person(f"W{n}") for n in range(6)]
    kept = [selling.reserve(account=person(), article=bowls, basket=selling.Basket())[0] for _ in range(6)]
    for one in [*queue, person("Last")]:
        waiting.join(account=one, article=bowls)
    for sale in kept:
        selling.give_back(sale=sale, actor="race", cause="left")
    offers = [selling.reserve(account=one, article=bowls, basket=selling.Basket())[0] for one in queue]
    jobs = [lambda a=a: waiting.leave(account=a, article=bowls) for a in queue]
    jobs += [lambda s=s: paid(s) for s in offers[:3]]
    jobs += [lambda s=s: selling.give_back(sale=s, actor="race", cause="its time is over") for s in offers[3:]]
    found = at_once(jobs)
    assert not [f for f in found if isinstance(f, Exception)], found
    for sale in Sale.objects.filter(pk__in=[s.pk for s in offers[:3]]):
        assert sale.state in (S.PAID, S.OWED) and sale.units.count() == (sale.state == S.PAID)
    assert not WaitEntry.objects.filter(account__in=queue, state__in=["waiting", "offered"]).exists()
    assert EditionUnit.objects.filter(article=bowls, state=UnitState.HELD).count() <= 1 and not stock.verify_stock()


def test_who_leaves_while_it_is_offered_keeps_nothing() -> None:
    bowls, queue = edition(3, push=False), [person(f"W{n}") for n in range(6)]
    kept = [selling.reserve(account=person(), article=bowls, basket=selling.Basket())[0] for _ in range(3)]
    for one in queue:
        waiting.join(account=one, article=bowls)
    jobs = [lambda s=s: selling.give_back(sale=s, actor="race", cause="left") for s in kept]
    found = at_once(jobs + [lambda a=a: waiting.leave(account=a, article=bowls) for a in queue[:3]])
    assert not [f for f in found if isinstance(f, Exception)], found
    assert not Sale.objects.filter(account__in=queue[:3], state=S.HELD).exists()
    offered = WaitEntry.objects.filter(state="offered").values_list("account", flat=True)
    assert set(offered) == {one.pk for one in queue[3:]} and not stock.verify_stock()


def test_the_same_person_in_two_tabs_has_one_payment_page() -> None:
    bowls, account = edition(5, push=False), person()
    found = at_once([lambda: selling.reserve(account=account, article=bowls, basket=selling.Basket())] * 6)
    assert not [f for f in found if isinstance(f, Exception)], found
    assert len({sale.pk for sale, _ in found}) == 1 and Checkout.objects.count() == 1
    assert Article.objects.get(pk=bowls.pk).units.filter(state=UnitState.HELD).count() == 1


@pytest.mark.sandbox
def test_real_pages_of_a_crowd_sell_each_number_once(till: Any) -> None:  # noqa: F811
    """Twelve buyers, four pieces, real payment pages and the real news of them."""
    bowls = edition(4, most=1)
    people = [person() for _ in range(12)]

    def buy(account: User) -> str:
        try:
            _sale, page = selling.reserve(account=account, article=bowls, basket=selling.Basket())
        except keeping.SoldOut:
            return "sold out"
        url = joining.open_page(page).session_url
        till.pay(url, address_line1="12 Hefang Street", city="Hangzhou", postal_code="310000", country="CN",
                 shipping_name="Ning", state="Zhejiang")  # fmt: skip
        return "paid"

    found = crowd([lambda a=a: buy(a) for a in people], 6)
    till.deliver()
    assert sorted(found) == ["paid"] * 4 + ["sold out"] * 8, found
    assert sorted(EditionUnit.objects.filter(state=UnitState.SOLD).values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Invoice.objects.filter(status="paid").count() == 4 and not stock.verify_stock()
