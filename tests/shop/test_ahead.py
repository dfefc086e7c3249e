"""Orders ahead: a card now, a charge at release, once; who cannot be charged gets a letter and three days."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import joining, outbox
from subscriptions.billing.models import Invoice, OutboxCall
from subscriptions.boxes.actions import stock
from subscriptions.shop.actions import ahead, keeping, selling
from subscriptions.shop.actions.moving import NotAllowed
from subscriptions.shop.enums import SaleState
from subscriptions.shop.models import Article, Sale
from tests.factories.accounts import person
from tests.factories.shop import article
from tests.shop.conftest import Counter

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
S = SaleState
TO = {"recipient": "Ning", "line1": "12 Hefang Street", "city": "Hangzhou", "country": "CN"}


@pytest.fixture
def print_(counter: Counter) -> Article:
    """Two places, released in ten days; nothing lies on the shelf yet."""
    return article("river-print", kind="ahead", on_hand=0, places=2, charged_at=clock.now() + timedelta(days=10))


def book(counter: Counter, account: User, thing: Article, card: str = "4242424242424242") -> Sale:
    sale, page = ahead.order(account=account, article=thing, quantity=1, address=TO)
    counter.pay(joining.open_page(page).session_url, card)
    sale.refresh_from_db()
    return sale


def release(counter: Counter, thing: Article, on_hand: int = 2) -> None:
    if on_hand:
        stock.receive(item=thing.item, quantity=on_hand, code=f"lot-{clock.now():%f}", actor="s")
    Article.objects.filter(pk=thing.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    ahead.release_due(clock.now())
    counter.till.deliver()


def test_nothing_is_charged_before_the_release_and_then_once(counter: Counter, reader: User, print_: Article) -> None:
    sale = book(counter, reader, print_)
    assert sale.state == S.BOOKED and sale.card.startswith("pm_") and not Invoice.objects.exists()
    assert Notice.objects.filter(kind="shop.booked").count() == 1
    release(counter, print_)
    for _ in range(2):
        ahead.release_due(clock.now())
        outbox.run_due()
    sale.refresh_from_db()
    assert sale.state == S.PAID and Invoice.objects.get().amount_paid == 6800 and sale.address["city"] == "Hangzhou"
    assert Notice.objects.filter(kind="shop.bought").count() == 1 and not stock.verify_stock()


def test_the_old_price_is_charged_where_another_is_told_since(counter: Counter, reader: User, print_: Article) -> None:
    from subscriptions.billing import catalogue
    from subscriptions.shop.actions import offering

    book(counter, reader, print_)
    offering.change(article=print_, amount=9900)
    catalogue.push()
    release(counter, print_)
    assert Invoice.objects.get().amount_paid == 6800


def test_places_are_counted_and_what_is_taken_back_is_free(counter: Counter, reader: User, print_: Article) -> None:
    sale, su = book(counter, reader, print_), person("Su")
    book(counter, su, print_)
    with pytest.raises(keeping.SoldOut):
        ahead.order(account=person("Lin"), article=print_, quantity=1, address=TO)
    ahead.cancel(sale=sale, actor="a")
    with pytest.raises(NotAllowed):
        ahead.cancel(sale=sale, actor="a")
    ahead.order(account=person("Lin"), article=print_, quantity=1, address=TO)
    release(counter, print_)
    sale.refresh_from_db()
    assert sale.state == S.CANCELLED and not Invoice.objects.filter(account=reader).exists()


def test_a_refused_card_gets_a_pay_link_once_and_can_still_pay(counter: Counter, reader: User, print_: Article) -> None:
    sale = book(counter, reader, print_, "4000000000000341")
    release(counter, print_)
    sale.refresh_from_db()
    letter = Notice.objects.get(kind="shop.unpaid")
    assert sale.state == S.CHARGING and letter.context["pay_url"] and not stock.verify_stock()
    assert not Notice.objects.filter(kind="billing.failed").exists()
    counter.till.pay(letter.context["pay_url"])
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.PAID and Notice.objects.filter(kind="shop.unpaid").count() == 1


def test_after_three_days_the_piece_goes_on_and_the_link_is_closed(
    counter: Counter, reader: User, print_: Article
) -> None:
    sale = book(counter, reader, print_, "4000000000000341")
    su = person("Su")
    next_one = book(counter, su, print_)
    release(counter, print_, on_hand=1)
    next_one.refresh_from_db()
    assert next_one.state == S.BOOKED  # one piece, kept for the first
    ahead.give_up_due(clock.now() + timedelta(days=4))
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and Invoice.objects.get(account=reader).status == "void"
    assert Notice.objects.filter(account=reader, kind="shop.dropped").count() == 1
    ahead.release_due(clock.now())
    counter.till.deliver()
    next_one.refresh_from_db()
    assert next_one.state == S.PAID and not stock.verify_stock()


def test_a_bank_that_wants_a_word_says_so(counter: Counter, reader: User, print_: Article) -> None:
    sale, page = ahead.order(account=reader, article=print_, quantity=1, address=TO)
    counter.pay(joining.open_page(page).session_url)
    counter.till.sandbox.control("fault", payment="authentication_required", times=1)
    release(counter, print_)
    sale.refresh_from_db()
    assert sale.state == S.CHARGING and Notice.objects.get(kind="shop.unpaid").context["bank"] == "yes"


def test_stripe_away_at_the_release_charges_later_and_once(counter: Counter, reader: User, print_: Article) -> None:
    sale = book(counter, reader, print_)
    counter.till.sandbox.control("fault", api="unavailable", times=9, path="/v1/invoices")
    release(counter, print_)
    sale.refresh_from_db()
    assert sale.state == S.CHARGING and not Notice.objects.filter(kind="shop.unpaid").exists()
    counter.till.sandbox.control("fault", api=None)
    OutboxCall.objects.update(due_at="2020-01-01T00:00Z")
    outbox.run_due()
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.PAID and Invoice.objects.count() == 1


def test_over_http_the_address_is_asked_first_and_kept(counter: Counter, reader: User, print_: Article) -> None:
    client = Client()
    assert client.get("/en/shop/river-print/ahead/")["Location"].startswith("/en/account/signup/")
    client.force_login(reader)
    wrong = client.post("/en/shop/river-print/ahead/", {"quantity": "99999", "recipient": "Ning", "line1": "x"})
    assert wrong.status_code == 422 and b'value="Ning"' in wrong.content
    many = client.post("/en/shop/river-print/ahead/", {"quantity": "9", **TO})
    assert many.status_code == 422 and b"12 Hefang Street" in many.content and not Sale.objects.exists()
    away = client.post("/en/shop/river-print/ahead/", {"quantity": "1", **TO})
    counter.pay(away["Location"])
    sale = Sale.objects.get()
    assert sale.state == S.BOOKED and b"Take it back" in client.get("/en/shop/mine/").content
    client.post(f"/en/shop/mine/{sale.pk}/cancel/")
    sale.refresh_from_db()
    assert sale.state == S.CANCELLED


def test_a_page_that_was_left_frees_its_place(counter: Counter, reader: User, print_: Article) -> None:
    sale, page = ahead.order(account=reader, article=print_, quantity=2, address=TO)
    joining.open_page(page)
    with pytest.raises(keeping.SoldOut):
        ahead.order(account=person("Su"), article=print_, quantity=1, address=TO)
    counter.till.advance(seconds=2 * 3600)
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and ahead.taken(print_) == 0
    with pytest.raises(selling.NotOnSale):
        selling.reserve(account=reader, article=print_, basket=selling.Basket())


def test_at_the_release_the_public_gets_what_is_beyond_the_booked(
    counter: Counter, reader: User, print_: Article
) -> None:
    book(counter, reader, print_)
    stock.receive(item=print_.item, quantity=2, code="lot", actor="s")
    Article.objects.filter(pk=print_.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    selling.reserve(account=person("Su"), article=print_, basket=selling.Basket())
    with pytest.raises(keeping.SoldOut):
        selling.reserve(account=person("Lin"), article=print_, basket=selling.Basket())
    ahead.release_due(clock.now())
    counter.till.deliver()
    assert Sale.objects.get(account=reader).state == S.PAID and not stock.verify_stock()


def test_who_left_the_page_open_until_the_release_can_buy(counter: Counter, reader: User, print_: Article) -> None:
    begun, page = ahead.order(account=reader, article=print_, quantity=2, address=TO)
    joining.open_page(page)
    stock.receive(item=print_.item, quantity=2, code="lot", actor="s")
    Article.objects.filter(pk=print_.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    sale, _page = selling.reserve(account=reader, article=print_, basket=selling.Basket(2))
    begun.refresh_from_db()
    assert (begun.state, sale.state) == (S.LAPSED, S.HELD) and not stock.verify_stock()


def test_a_release_that_is_moved_lets_go_of_what_was_kept_to_be_paid(
    counter: Counter, reader: User, print_: Article
) -> None:
    stock.receive(item=print_.item, quantity=2, code="lot", actor="s")
    Article.objects.filter(pk=print_.pk).update(charged_at=clock.now() - timedelta(seconds=1))
    kept, _page = selling.reserve(account=reader, article=print_, basket=selling.Basket())
    Article.objects.filter(pk=print_.pk).update(charged_at=clock.now() + timedelta(days=9))
    sale, _page = ahead.order(account=reader, article=print_, quantity=1, address=TO)
    kept.refresh_from_db()
    assert (kept.state, sale.state) == (S.LAPSED, S.NEW) and not stock.verify_stock()


def test_putting_it_away_says_how_many_stand_and_cancels_them(counter: Counter, reader: User, print_: Article) -> None:
    booked, su = book(counter, reader, print_), person("Su")
    begun, page = ahead.order(account=su, article=print_, quantity=1, address=TO)
    url = joining.open_page(page).session_url
    desk, staff = Client(), person("Desk", is_staff=True)
    staff.user_permissions.add(*Permission.objects.filter(codename__in=["change_boxorder", "access_admin"]))
    desk.force_login(staff)
    here = f"/cms/boxes/shop/articles/{print_.pk}/"
    form = {"order": "0", "places": "2", "charged_at": f"{print_.charged_at:%Y-%m-%d %H:%M}"}
    assert "1 order ahead stands" in desk.get(here).content.decode()
    asked = desk.post(here, form)
    assert asked.status_code == 422 and b"only together with its orders ahead" in asked.content
    booked.refresh_from_db()
    assert booked.state == S.BOOKED and Article.objects.get(pk=print_.pk).active
    assert desk.post(here, {**form, "active": "on", "drop": "on"}).status_code == 302
    booked.refresh_from_db()
    assert booked.state == S.BOOKED
    assert desk.post(here, {**form, "drop": "on"}).status_code == 302
    for sale in (booked, begun):
        sale.refresh_from_db()
        assert sale.state == S.CANCELLED and not sale.card
    letters = Notice.objects.filter(kind="shop.dropped")
    assert [(n.account, n.context["away"]) for n in letters] == [(reader, "yes")]
    counter.till.pay(url)
    counter.till.deliver()
    release(counter, print_)
    assert not Sale.objects.exclude(state=S.CANCELLED).exists() and not Invoice.objects.exists()
    assert b"order ahead stands" not in desk.get(here).content


def test_a_page_that_is_finished_too_late_books_nothing_that_was_put_away(
    counter: Counter, reader: User, print_: Article
) -> None:
    sale, page = ahead.order(account=reader, article=print_, quantity=1, address=TO)
    url = joining.open_page(page).session_url
    Sale.objects.filter(pk=sale.pk).update(state=S.LAPSED)
    Article.objects.filter(pk=print_.pk).update(active=False)
    counter.pay(url)
    sale.refresh_from_db()
    assert sale.state == S.LAPSED
