"""Lost, damaged, returned, short: sent again, another box instead, money back; and what came back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.billing.models import OutboxCall
from subscriptions.boxes import flags
from subscriptions.boxes.actions import cycles, fulfilment, making_good, returns
from subscriptions.boxes.actions.moving import NotAllowed
from subscriptions.boxes.actions.stock import verify_stock
from subscriptions.boxes.enums import BoxState, CreditKind, OrderKind, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit, Cycle, Item, Move, StockEntry
from subscriptions.parcels.actions import noting, tracking, troubles
from subscriptions.shop.models import Article, Sale
from tests.factories.boxes import paid_orders
from tests.factories.parcels import HANGZHOU, on_the_table, packed
from tests.factories.shop import article
from tests.parcels.test_money_back import paid_for_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(cycle: Cycle) -> BoxOrder:
    """A box that was sent and did not arrive."""
    order = packed(cycle, 1)[0]
    fulfilment.ship(cycle, actor="test")
    order.refresh_from_db()
    troubles.report(order=order, what="lost", actor="test", why="")
    return order


def drifts() -> list[object]:
    return [d for d in verify_stock() if d.allocated_by_rows != d.item.allocated]


def test_a_lost_box_is_sent_again_once_with_a_credit_of_its_own_through_the_stock(lost: BoxOrder) -> None:
    again = troubles.reship(order=lost, actor="staff:1", why="carrier lost it")
    assert (again.kind, again.seq, again.state) == (OrderKind.RESHIP, 2, OrderState.ALLOCATED)
    assert again.address == lost.address and again.items.count() == lost.items.count()
    credit = Credit.objects.get(order=again)
    assert credit.kind == CreditKind.RESHIP and credit.spent_at and lost.state == OrderState.RESHIP
    assert Item.objects.get(sku="cup-plum").allocated == 1 and not drifts()
    with pytest.raises(NotAllowed):
        troubles.reship(order=lost, actor="staff:1", why="")
    stale = BoxOrder.objects.select_related("cycle").get(pk=lost.pk)
    stale.state = OrderState.LOST
    with pytest.raises(NotAllowed):
        troubles.reship(order=stale, actor="staff:2", why="")
    assert BoxOrder.objects.filter(kind=OrderKind.RESHIP).count() == 1


def test_where_the_shelf_is_empty_it_waits_as_short(lost: BoxOrder) -> None:
    Item.objects.filter(sku="cup-plum").update(on_hand=0)
    again = troubles.reship(order=lost, actor="staff:1", why="")
    assert again.state == OrderState.SHORT and not again.items.exists() and not drifts()


def test_another_box_instead_is_a_credit_given_once(lost: BoxOrder) -> None:
    troubles.credit_back(order=lost, actor="staff:1", why="")
    assert lost.state == OrderState.REFUNDED
    assert Credit.objects.filter(source=f"instead:{lost.pk}", order=None).count() == 1
    with pytest.raises(NotAllowed):
        troubles.credit_back(order=lost, actor="staff:1", why="")


def test_a_short_box_gives_its_credit_back_and_does_not_come(cycle: Cycle) -> None:
    order = paid_orders(cycle, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.SHORT)
    order.refresh_from_db()
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=order.created_at)
    troubles.credit_back(order=order, actor="staff:1", why="")
    assert order.state == OrderState.CANCELLED and Credit.objects.get().order_id is None


def test_no_invoice_no_refund_and_nothing_moves(lost: BoxOrder, packer) -> None:
    with pytest.raises(troubles.NoInvoice):
        troubles.refund(order=lost, actor="staff:1", why="")
    lost.refresh_from_db()
    assert lost.state == OrderState.LOST


def test_what_came_back_whole_lies_on_the_shelf_and_the_rest_is_written_off_once(cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    fulfilment.ship(cycle, actor="test")
    order.refresh_from_db()
    troubles.report(order=order, what="returned", actor="test", why="")
    cup, tea = Item.objects.get(sku="cup-plum"), Item.objects.get(sku="tea-white")
    assert troubles.came_back(order=order, whole=[cup.pk], actor="staff:1") == (1, 3)
    assert Item.objects.get(pk=cup.pk).on_hand == cup.on_hand + 1
    assert Item.objects.get(pk=tea.pk).on_hand == tea.on_hand
    reasons = list(StockEntry.objects.filter(item=tea, subject=f"order:{order.pk}").values_list("reason", "delta"))
    assert sorted(reasons) == [("broken", -1), ("returned", 1)]
    with pytest.raises(NotAllowed):
        troubles.came_back(order=order, whole=[cup.pk], actor="staff:1")


def test_what_did_not_come_back_is_not_booked(cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    with pytest.raises(NotAllowed):
        troubles.came_back(order=order, whole=[], actor="staff:1")


def test_the_page_of_a_box_offers_what_can_be_done_and_says_what_cannot(packer, lost: BoxOrder) -> None:
    page = packer.get(f"/cms/boxes/order/{lost.number}/").content.decode()
    assert "Send it again" in page and "Another box instead" in page and "/refund/" not in page
    base = f"/cms/boxes/order/{lost.number}/do"
    for name in ("ship", "delivered", "cancel", "book", "damaged"):
        answer = packer.post(f"{base}/{name}/", {"whole": ["x", "9" * 30]}, follow=True)
        assert answer.status_code == 200, name
    assert "Money is given back by those" in packer.post(f"{base}/refund/", follow=True).content.decode()
    assert packer.post(f"{base}/nonsense/", follow=True).status_code == 200
    assert "is on the packing table" in packer.post(f"{base}/reship/", {"why": "x" * 400}, follow=True).content.decode()
    history = packer.get(f"/cms/boxes/order/{lost.number}/").content.decode()
    assert "x" * 160 in history


def test_a_flag_is_written_into_the_history_and_taken_away(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    for text, said in (("  ring\n twice ", "ring twice"), ("", "")):
        packer.post(f"/cms/boxes/order/{order.number}/do/flag/", {"flag": text})
        assert BoxOrder.objects.get(pk=order.pk).flag == said
    assert Move.objects.filter(subject=f"order:{order.pk}", cause="flag: ring twice").exists()


@pytest.mark.parametrize(("country", "status"), [("CN", 302), ("XX", 422), ("", 422)])
def test_an_address_that_is_none_comes_back_with_what_was_typed(
    packer, cycle: Cycle, country: str, status: int
) -> None:
    order = on_the_table(cycle, 1)[0]
    data = {"recipient": "Mei", "line1": "1", "city": "Suzhou", "country": country}
    answer = packer.post(f"/cms/boxes/order/{order.number}/address/", data)
    assert answer.status_code == status
    assert status == 302 or "Suzhou" in answer.content.decode()


def test_an_address_is_not_changed_once_it_has_left(packer, lost: BoxOrder) -> None:
    BoxOrder.objects.filter(pk=lost.pk).update(state=OrderState.SHIPPED)
    data = {"recipient": "Mei", "line1": "1", "city": "Suzhou", "country": "CN"}
    page = packer.post(f"/cms/boxes/order/{lost.number}/address/", data, follow=True).content.decode()
    assert "cannot be changed any more" in page and BoxOrder.objects.get(pk=lost.pk).address["city"] == "Hangzhou"


def test_the_page_of_a_box_asks_a_constant_number_of_questions(
    packer, lost: BoxOrder, django_assert_max_num_queries
) -> None:
    packer.get(f"/cms/boxes/order/{lost.number}/")
    with django_assert_max_num_queries(30):
        packer.get(f"/cms/boxes/order/{lost.number}/")


def test_a_box_that_is_cancelled_gives_its_credit_and_its_things_back(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=order.created_at)
    page = packer.post(f"/cms/boxes/order/{order.number}/do/cancel/", {"why": "asked by letter"}, follow=True)
    assert "pays for another box" in page.content.decode()
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED and Credit.objects.get().order_id is None and not drifts()


def test_a_box_that_is_packed_at_this_moment_is_not_cancelled_and_keeps_its_promise(cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=order.created_at)
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PACKED)
    for stop in (making_good.cancel, None):
        with pytest.raises(NotAllowed), transaction.atomic():  # the block: each try on its own, as requests are
            if stop:
                stop(order=order, actor="staff:1", why="late")
            else:
                returns.stop(order, actor="staff:1", cause="late")
    assert Item.objects.get(sku="cup-plum").allocated == 1 and not drifts()
    assert Credit.objects.get().order_id == order.pk and order.items.exists()


def last_of_a_gift(cycle: Cycle, state: str) -> BoxOrder:
    """The last box of somebody who got boxes as a gift, whose subscription the sweep has ended since it was sent."""
    order = paid_orders(cycle, 1)[0]
    BoxSubscription.objects.filter(pk=order.subscription_id).update(billing=None, state=BoxState.ENDED, **HANGZHOU)
    BoxOrder.objects.filter(pk=order.pk).update(state=state, address=HANGZHOU)
    Credit.objects.create(subscription_id=order.subscription_id, source="gift:1", kind=CreditKind.GIFT, order=order,
                          granted_at=order.created_at)  # fmt: skip
    return BoxOrder.objects.select_related("cycle", "subscription").get(pk=order.pk)


@pytest.mark.parametrize("state", [OrderState.LOST, OrderState.SHORT])
def test_another_box_instead_of_a_gifts_last_one_comes_with_the_next_edition(cycle: Cycle, state: str) -> None:
    order = last_of_a_gift(cycle, state)
    following = Cycle.objects.create(
        plan=cycle.plan, period="2099-01", theme_zh="次", theme_en="Next", season_zh="正月", season_en="January",
        state="open", opens_at=clock.now() - timedelta(days=1), cutoff_at=clock.now() + timedelta(days=9),
        billed_by=clock.now() + timedelta(days=12), ships_on=clock.now().date(),
    )  # fmt: skip
    Cycle.objects.filter(pk=cycle.pk).update(state="closed")
    troubles.credit_back(order=order, actor="staff:1", why="")
    box = BoxSubscription.objects.get(state=BoxState.PREPAID_ONLY)
    assert box.account_id == order.subscription.account_id and box.address == HANGZHOU
    cycles.lock(following, actor="test")
    another = BoxOrder.objects.get(cycle=following, subscription=box)
    assert another.state == OrderState.PAID and another.address["line1"] == HANGZHOU["line1"]
    box.refresh_from_db()
    assert box.state == BoxState.PREPAID_ONLY  # the sweep ends it when it has been sent


def test_an_erased_account_gets_no_other_box_and_what_is_planned_for_it_can_still_be_stopped(
    packer, cycle: Cycle
) -> None:
    order = last_of_a_gift(cycle, OrderState.LOST)
    User.objects.filter(pk=order.subscription.account_id).update(is_active=False)
    page = packer.post(f"/cms/boxes/order/{order.number}/do/credit/", {"why": "lost"}, follow=True)
    assert "the account was erased" in page.content.decode()
    assert BoxSubscription.objects.get().state == BoxState.ENDED and Credit.objects.count() == 1
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.PAID)
    order = BoxOrder.objects.get(pk=order.pk)
    assert not making_good.cancel(order=order, actor="staff:1", why="unpacked")
    assert order.state == OrderState.CANCELLED and BoxSubscription.objects.get().state == BoxState.ENDED


def test_what_came_back_is_booked_also_after_it_was_sent_again(packer, cycle: Cycle) -> None:
    order = packed(cycle, 1)[0]
    fulfilment.ship(cycle, actor="test")
    order.refresh_from_db()
    troubles.report(order=order, what="returned", actor="staff:1", why="nobody at home")
    troubles.reship(order=order, actor="staff:1", why="")
    assert "What came back whole?" in packer.get(f"/cms/boxes/order/{order.number}/").content.decode()
    cup = Item.objects.get(sku="cup-plum")
    assert troubles.came_back(order=order, whole=[cup.pk], actor="staff:1") == (1, 3)
    assert Item.objects.get(pk=cup.pk).on_hand == cup.on_hand + 1


def test_what_never_came_back_is_not_booked_after_it_was_sent_again(packer, lost: BoxOrder) -> None:
    troubles.reship(order=lost, actor="staff:1", why="")
    with pytest.raises(NotAllowed):
        troubles.came_back(order=lost, whole=[], actor="staff:1")
    assert "What came back whole?" not in packer.get(f"/cms/boxes/order/{lost.number}/").content.decode()


@pytest.mark.parametrize("key", [noting.STALE, *tracking.SETTLED.values(), returns.FLAG, troubles.NOT_BESIDE])
def test_our_own_flags_are_shown_in_words_everywhere_and_stay_when_kept(packer, cycle: Cycle, key: str) -> None:
    order = on_the_table(cycle, 1)[0]
    BoxOrder.objects.filter(pk=order.pk).update(flag=key)
    words = flags.shown(key)
    for page in (f"order/{order.number}", f"pack/{order.number}", f"{cycle.pk}/table", f"{cycle.pk}", "orders"):
        text = packer.get(f"/cms/boxes/{page}/").content.decode()
        assert words in text and key not in text, page
    packer.post(f"/cms/boxes/order/{order.number}/do/flag/", {"flag": words})
    assert BoxOrder.objects.get(pk=order.pk).flag == key != words
    sheet = b"".join(packer.get(f"/cms/boxes/orders.csv?cycle={cycle.pk}").streaming_content).decode()
    assert words in sheet


def test_what_nothing_takes_back_has_a_form_of_its_own_and_needs_a_reason(packer, cycle: Cycle) -> None:
    order = on_the_table(cycle, 1)[0]
    Credit.objects.create(subscription=order.subscription, source="il_1", order=order, granted_at=order.created_at)
    page = packer.get(f"/cms/boxes/order/{order.number}/").content.decode()
    form = page[page.index("/do/cancel/") :].partition("</form>")[0]
    assert "formaction" not in page and "required" in form and form.count("<button") == 1
    for state, name in ((OrderState.ALLOCATED, "cancel"), (OrderState.SHORT, "credit")):
        BoxOrder.objects.filter(pk=order.pk).update(state=state)
        answer = packer.post(f"/cms/boxes/order/{order.number}/do/{name}/", {"why": "  "}, follow=True)
        assert "A reason is needed." in answer.content.decode() and BoxOrder.objects.get(pk=order.pk).state == state


def test_the_money_of_a_short_box_goes_back_in_one_step(packer, cycle: Cycle, settings) -> None:
    order = paid_for_by(cycle, "il_boxes", 1, total=12000, amount_paid=12000)[0]
    BoxOrder.objects.filter(pk=order.pk).update(state=OrderState.SHORT)
    user = Group.objects.get(name="Fulfilment").user_set.get()
    user.user_permissions.add(Permission.objects.get(codename="change_invoice"))
    page = packer.get(f"/cms/boxes/order/{order.number}/").content.decode()
    assert "Give ¥90 back" in page
    packer.post(f"/cms/boxes/order/{order.number}/do/refund/", {"why": "short of cups"})
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED and OutboxCall.objects.get().params["amount"] == 9000
    assert Credit.objects.get().order_id == order.pk, "it pays for no other box"


def bought_beside(order: BoxOrder, on_hand: int, **fields: object) -> Sale:
    """Something that left in this box's parcel, with so many more on the shelf."""
    now, thing = clock.now(), article("river-print", push=False, on_hand=on_hand)
    return Sale.objects.create(
        account=order.subscription.account, article=thing, ride=order.subscription, order=order, way="along", quantity=2,
        state="shipped", amount=6800, currency="CNY", created_at=now, changed_at=now, **fields,
    )  # fmt: skip


def test_what_was_bought_beside_a_lost_box_goes_along_once_more(lost: BoxOrder) -> None:
    sale = bought_beside(lost, 2)
    again = troubles.reship(order=lost, actor="staff:1", why="")
    assert again.items.get(item=sale.article.item).quantity == 2 and again.items.count() == lost.items.count() + 1
    assert Item.objects.get(pk=sale.article.item_id).allocated == 2 and not drifts()
    assert (again.state, again.flag) == (OrderState.ALLOCATED, "")
    sale.refresh_from_db()
    assert sale.flag, "the shop's desk sees that its box was sent again"
    BoxOrder.objects.filter(pk=again.pk).update(state=OrderState.LOST)
    third = troubles.reship(order=BoxOrder.objects.select_related("cycle").get(pk=again.pk), actor="staff:1", why="")
    assert third.state == OrderState.SHORT, "nothing is counted twice: the shelf has none left"


def test_what_was_bought_beside_keeps_no_box_waiting(lost: BoxOrder) -> None:
    sale = bought_beside(lost, 1)
    again = troubles.reship(order=lost, actor="staff:1", why="")
    assert (again.state, again.flag) == (OrderState.ALLOCATED, troubles.NOT_BESIDE) and not drifts()
    assert not again.items.filter(item=sale.article.item).exists()


def test_a_box_that_waits_for_the_shelf_says_that_nothing_goes_along(lost: BoxOrder) -> None:
    bought_beside(lost, 2)
    Item.objects.filter(sku="cup-plum").update(on_hand=0)
    again = troubles.reship(order=lost, actor="staff:1", why="")
    assert (again.state, again.flag) == (OrderState.SHORT, troubles.NOT_BESIDE) and not drifts()


def test_a_thing_whose_money_went_back_or_that_is_numbered_does_not_go_along_again(lost: BoxOrder) -> None:
    sale = bought_beside(lost, 2)
    Sale.objects.filter(pk=sale.pk).update(state="owed")
    assert not troubles._beside(lost)
    Sale.objects.filter(pk=sale.pk).update(state="shipped")
    Article.objects.filter(pk=sale.article_id).update(kind="edition", size=3)
    assert not troubles._beside(lost)
