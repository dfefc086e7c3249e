"""Buying one thing: kept first, paid then, and nobody is charged without a piece."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from subscriptions.billing import paying
from subscriptions.billing.models import Checkout, Invoice, OutboxCall
from subscriptions.boxes.actions import stock
from subscriptions.shop.actions import keeping, selling, sending, sweeping
from subscriptions.shop.actions.moving import NotAllowed
from subscriptions.shop.enums import SaleState
from subscriptions.shop.models import EditionUnit, Sale
from tests.factories.accounts import person
from tests.factories.shop import article, edition
from tests.shop.conftest import Counter, Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
S = SaleState


def later(**how: int) -> None:
    """Business time as the sweep sees it; what is kept ends by then."""
    sweeping.free_due(clock.now() + timedelta(**how))


def test_a_thing_is_kept_paid_packed_and_sent_and_the_book_agrees(counter: Counter, reader: User) -> None:
    cup = article(on_hand=2)
    sale, url = counter.page(reader, cup)
    assert sale.state == S.HELD and keeping.left(cup.__class__.objects.get(pk=cup.pk)) == 1 and not stock.verify_stock()
    counter.pay(url)
    sale.refresh_from_db()
    assert sale.state == S.PAID and sale.address["city"] == "Hangzhou" and sale.address["recipient"] == "Ning Yuan"
    assert Notice.objects.filter(account=reader, kind="shop.bought").count() == 1
    sending.pack(sale=sale, actor="staff:1")
    sending.ship(sale=sale, actor="staff:1", carrier="SF", tracking="SF1")
    cup.item.refresh_from_db()
    assert (cup.item.on_hand, cup.item.allocated) == (1, 0) and not stock.verify_stock()
    assert Notice.objects.filter(account=reader, kind="shop.sent").count() == 1
    with pytest.raises(NotAllowed):
        sending.ship(sale=sale, actor="staff:1")


def test_the_number_of_an_edition_is_known_after_payment_and_goes_by_claim(counter: Counter, reader: User) -> None:
    bowls = edition(3, most=1)
    other = person("Su")
    first, url = counter.page(reader, bowls)
    second, _ = counter.page(other, bowls)
    assert [u.number for u in first.units.all()] == [1] and [u.number for u in second.units.all()] == [2]
    counter.pay(url)
    letter = Notice.objects.get(account=reader, kind="shop.bought")
    assert letter.context["numbers"] == "1" and letter.context["size"] == "3"
    with pytest.raises(selling.TooMany):
        counter.page(reader, bowls)
    assert not stock.verify_stock()


def test_two_tabs_and_a_double_click_are_one_page_and_another_number_replaces_it(
    counter: Counter, reader: User
) -> None:
    cup = article(on_hand=3, most=3)
    one, url = counter.page(reader, cup)
    again, same = counter.page(reader, cup)
    assert (one.pk, url) == (again.pk, same) and Checkout.objects.count() == 1
    more, other = counter.page(reader, cup, 2)
    one.refresh_from_db()
    assert one.state == S.LAPSED and other != url and more.quantity == 2
    cup.item.refresh_from_db()
    assert cup.item.allocated == 2 and not stock.verify_stock()
    counter.pay(other)
    assert Sale.objects.get(pk=more.pk).state == S.PAID


def test_a_page_that_ends_frees_its_piece_and_so_does_the_sweep(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale, _ = counter.page(reader, bowls)
    with pytest.raises(keeping.SoldOut):
        counter.page(person("Su"), bowls)
    counter.till.advance(seconds=2 * 3600)
    sale.refresh_from_db()
    assert sale.state == S.LAPSED and EditionUnit.objects.get().state == "free" and not stock.verify_stock()
    second, _ = counter.page(person("Su"), bowls)
    assert second.state == S.HELD


def test_the_sweep_asks_stripe_before_it_frees_what_may_be_paid(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale, url = counter.page(reader, bowls)
    counter.pay(url, deliver=False)
    later(hours=2)
    sale.refresh_from_db()
    assert sale.state == S.PAID and Sale.objects.count() == 1


def test_a_payment_after_the_hold_was_lost_gets_what_is_free(counter: Counter, reader: User) -> None:
    cup = article(on_hand=1)
    sale, url = counter.page(reader, cup)
    _lose(sale)
    counter.pay(url)
    sale.refresh_from_db()
    assert sale.state == S.PAID and not stock.verify_stock() and not OutboxCall.objects.filter(kind="invoice.refund")


def test_a_payment_after_the_last_one_went_is_given_back_at_once(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale, url = counter.page(reader, bowls)
    _lose(sale)
    other, _ = counter.page(person("Su"), bowls)
    counter.pay(url)
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.REFUNDED and other.units.count() == 1 and sale.units.count() == 0
    invoice = Invoice.objects.get(account=reader)
    assert sum(r.amount for r in invoice.refunds.all()) == invoice.amount_paid
    assert Notice.objects.filter(account=reader, kind="shop.too_late").count() == 1
    assert not Notice.objects.filter(account=reader, kind="shop.bought").exists()


def _lose(sale: Sale) -> None:
    """The piece is given up while its page is still open, as when the clock of one of both was wrong."""
    from django.db import transaction

    from subscriptions.shop.actions.moving import move

    with transaction.atomic():
        row = Sale.objects.select_related("article__item").get(pk=sale.pk)
        keeping.let_go(row)
        move(row, S.LAPSED, actor="test", cause="lost")


def test_money_given_back_frees_what_is_here_and_flags_what_left(counter: Counter, reader: User) -> None:
    cup, bowl = article(on_hand=1), article("bowl", on_hand=1)
    here, gone = counter.buy(reader, cup), counter.buy(reader, bowl)
    sending.pack(sale=gone, actor="s")
    sending.ship(sale=gone, actor="s")
    for sale in (here, gone):
        invoice = Invoice.objects.get(stripe_id=sale.invoice_id)
        paying.refund(invoice=invoice, amount=6800, reason="", token="a", end=False, actor="admin")
    counter.till.deliver()
    here.refresh_from_db()
    gone.refresh_from_db()
    cup.item.refresh_from_db()
    assert here.state == S.REFUNDED and cup.item.free == 1
    assert gone.state == S.SHIPPED and gone.flag
    assert not stock.verify_stock()


def test_a_disputed_sale_rests_with_its_piece_and_goes_on_when_it_is_won(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale = counter.buy(reader, bowls)
    till: Till = counter.till
    dispute = till.sandbox.control("dispute", invoice=sale.invoice_id)
    till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.STOPPED and sale.units.count() == 1
    with pytest.raises(NotAllowed):
        sending.pack(sale=sale, actor="s")
    till.sandbox.control("dispute", dispute=dispute["id"], close="won")
    till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.PAID and not stock.verify_stock()
    assert Notice.objects.filter(kind="shop.bought").count() == 1


def test_a_lost_dispute_frees_the_piece(counter: Counter, reader: User) -> None:
    bowls = edition(1)
    sale = counter.buy(reader, bowls)
    dispute = counter.till.sandbox.control("dispute", invoice=sale.invoice_id)
    counter.till.sandbox.control("dispute", dispute=dispute["id"], close="lost")
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.REFUNDED and EditionUnit.objects.get().state == "free" and not stock.verify_stock()


def test_staff_give_the_money_of_one_sale_back(counter: Counter, reader: User) -> None:
    from subscriptions.shop.actions import refunding

    sale = counter.buy(reader, article(on_hand=1))
    refunding.refund(sale=sale, actor="staff:1")
    counter.till.deliver()
    sale.refresh_from_db()
    assert sale.state == S.REFUNDED and not stock.verify_stock()


def test_over_http_the_way_leads_to_the_page_and_back(counter: Counter, reader: User) -> None:
    bowls = edition(2)
    client = Client()
    assert client.post("/en/shop/hare-bowl/buy/")["Location"].startswith("/en/account/signup/")
    client.force_login(reader)
    away = client.post("/en/shop/hare-bowl/buy/", {"quantity": "1"})["Location"]
    assert "/c/pay/" in away
    back = Checkout.objects.get().session_id
    waiting = client.get(f"/en/shop/thanks/?s={back}")
    assert b"One moment" in waiting.content and waiting["Refresh"] == "3"
    counter.pay(away)
    assert b"No. 1 of 2" in client.get(f"/en/shop/thanks/?s={back}").content
    assert b"No. 1 of 2" in client.get("/en/shop/mine/").content
    stranger = Client()
    stranger.force_login(person("Su"))
    assert stranger.get(f"/en/shop/thanks/?s={back}").status_code == 404
    assert stranger.post(f"/en/shop/mine/{Sale.objects.get().pk}/cancel/").status_code == 404
    assert bowls.units.filter(state="sold").count() == 1
