"""The shop's pages: for everybody, for whoever is signed in, for staff; bad input is a clear answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from ground import clock
from ground.registry import erasure_steps, export_sections
from subscriptions.boxes.actions import stock
from subscriptions.shop.actions import offering, sending
from subscriptions.shop.enums import Flag, SaleState
from subscriptions.shop.models import Article, Sale
from tests.factories.accounts import person
from tests.factories.shop import article, edition

pytestmark = pytest.mark.django_db


def sold(cup: Article, account: User, state: str = SaleState.PAID, **fields: Any) -> Sale:
    """A sale as it stands later on, with its promise."""
    now = clock.now()
    stock.promise({cup.item_id: 1})
    return Sale.objects.create(
        account=account, article=cup, state=state, amount=6800, currency="CNY", created_at=now, changed_at=now, paid_at=now,
        address={"recipient": "Ning", "line1": "12 Hefang", "city": "Hangzhou", "country": "CN"}, **fields,
    )  # fmt: skip


@pytest.fixture
def staff(client: Client) -> Client:
    packer = person("Packer", is_staff=True)
    wanted = ["change_boxorder", "access_admin"]
    packer.user_permissions.add(*Permission.objects.filter(codename__in=wanted))
    client.force_login(packer)
    return client


def allow(client: Client, *codes: str) -> None:
    """What staff signed in there may do besides."""
    who = User.objects.get(pk=client.session["_auth_user_id"])
    who.user_permissions.add(*Permission.objects.filter(codename__in=codes))


def test_an_empty_shelf_says_so(client: Client) -> None:
    assert "The shelf is empty" in client.get("/en/shop/").content.decode()


def test_the_list_costs_the_same_however_long_it_is(client: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(3):
        article(f"cup-{n}", push=False)
    edition(40, push=False)
    with django_assert_max_num_queries(6):
        page = client.get("/en/shop/").content.decode()
    assert "40 of 40 left" in page and "only 3 left" in page and "¥68" in page
    assert getattr(client.get("/en/shop/"), "yaji_keep", 60)


def test_one_thing_says_what_it_is_and_how_many_are_left(client: Client, django_assert_max_num_queries: Any) -> None:
    article("last", on_hand=1, push=False, words_en="Turned in a morning.", most=1)
    with django_assert_max_num_queries(9):
        page = client.get("/en/shop/last/").content.decode()
    assert "the last one" in page and "Turned in a morning." in page and "One for each person." in page
    assert "csrfmiddlewaretoken" not in page  # it is kept for everybody
    assert client.get("/en/shop/nothing/").status_code == 404
    signed_in = Client()
    signed_in.force_login(person())
    with django_assert_max_num_queries(22):
        assert signed_in.get("/en/shop/last/").status_code == 200


def test_what_is_not_open_or_closed_says_so(client: Client) -> None:
    soon = clock.now() + timedelta(days=2)
    article("soon", push=False, terms={"opens_at": soon})
    article("past", push=False, closes_at=clock.now() - timedelta(days=1))
    assert "It opens on" in client.get("/en/shop/soon/").content.decode()
    assert "not sold any more" in client.get("/en/shop/past/").content.decode()
    listed = client.get("/en/shop/").content.decode()
    assert "soon" in listed and "/shop/past/" not in listed


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99999999999999999999", "٣", ""])
def test_a_number_that_is_none_buys_nothing_and_breaks_nothing(client: Client, asked: str) -> None:
    article(push=False)
    client.force_login(person())
    answer = client.post("/en/shop/plum-cup/buy/", {"quantity": asked, "ride": asked})
    assert answer.status_code == 302 and answer["Location"] == "/en/shop/plum-cup/" and not Sale.objects.exists()


@pytest.mark.parametrize(
    "path", ["mine/99999999999999999999/cancel/", "along/7/add/", "along/99999999999999999999/remove/1/"]
)
def test_somebody_elses_and_nobodys_are_missing_alike(client: Client, path: str) -> None:
    client.force_login(person())
    assert client.post(f"/en/shop/{path}", {"article": "none"}).status_code == 404
    assert client.get("/en/shop/thanks/?s=none").status_code == 404


def test_ones_own_things_are_a_list_of_constant_cost(client: Client, django_assert_max_num_queries: Any) -> None:
    reader, cup = person(), article(on_hand=9, push=False)
    client.force_login(reader)
    assert "Nothing yet" in client.get("/en/shop/mine/").content.decode()
    for _ in range(5):
        sold(cup, reader)
    with django_assert_max_num_queries(10):
        assert client.get("/en/shop/mine/").content.decode().count("data-sale-state") == 5


def test_staff_pack_send_and_take_back(staff: Client) -> None:
    cup = article(on_hand=2, push=False)
    sale = sold(cup, person("Ning"))
    assert sale.number in staff.get("/cms/boxes/shop/").content.decode()
    assert sale.number in staff.get(f"/cms/boxes/shop/?state=nonsense&q={sale.number.lower()}&page=x").content.decode()
    assert staff.get("/cms/boxes/shop/?q=99999999999999999999").status_code == 200
    for step, more in (("pack", {}), ("ship", {"carrier": "SF", "tracking": " SF1 "}), ("return", {"why": ""})):
        assert staff.post(f"/cms/boxes/shop/{sale.pk}/do/{step}/", more).status_code == 302
    sale.refresh_from_db()
    assert (sale.state, sale.tracking) == (SaleState.SHIPPED, "SF1")
    staff.post(f"/cms/boxes/shop/{sale.pk}/do/return/", {"why": "refused at the door"})
    sale.refresh_from_db()
    cup.item.refresh_from_db()
    assert sale.state == SaleState.RETURNED and cup.item.on_hand == 2 and not stock.verify_stock()
    assert staff.get(f"/cms/boxes/shop/{sale.pk}/").status_code == 200
    assert b"YS-" in staff.get("/cms/boxes/shop/sales.csv?state=all").content
    assert staff.get("/cms/boxes/shop/999999/").status_code in (302, 404)


def test_staff_put_something_on_sale_and_what_is_wrong_is_said(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.billing.catalogue.push", lambda: 0)
    allow(staff, "change_planprice")
    item = article(on_hand=5, push=False).item
    form = {
        "slug": "mine",
        "item": item.pk,
        "kind": "edition",
        "amount": "6800",
        "order": "0",
        "places": "0",
        "size": "9",
    }
    wrong = staff.post("/cms/boxes/shop/articles/add/", form)
    assert wrong.status_code == 422 and b"a page of its own" in wrong.content
    short = staff.post("/cms/boxes/shop/articles/add/", {**form, "slug": "bowl"})
    assert short.status_code == 422 and b"Fewer of it lie free" in short.content and Article.objects.count() == 1
    assert (
        staff.post("/cms/boxes/shop/articles/add/", {**form, "slug": "bowl", "size": "4", "active": "on"}).status_code
        == 302
    )
    made = Article.objects.get(slug="bowl")
    assert made.units.count() == 4 and not stock.verify_stock()
    assert staff.post("/cms/boxes/shop/articles/add/", {**form, "slug": "bowl", "size": "1"}).status_code == 422
    changed = {**form, "amount": "7000", "size": "4", "words_en": "New words", "active": "on"}
    assert staff.post(f"/cms/boxes/shop/articles/{made.pk}/", changed).status_code == 302
    assert made.plan.prices.get(active=True).amount == 7000 and made.plan.prices.count() == 2
    assert b"bowl" in staff.get("/cms/boxes/shop/articles/").content


def test_an_edition_keeps_its_size_and_has_one_that_can_be_numbered(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.billing.catalogue.push", lambda: 0)
    allow(staff, "change_planprice")
    bowls = edition(2, push=False)
    form = {"amount": "6800", "order": "0", "places": "0", "size": "20", "active": "on"}
    assert b"keeps its size" in staff.get(f"/cms/boxes/shop/articles/{bowls.pk}/").content
    assert staff.post(f"/cms/boxes/shop/articles/{bowls.pk}/", form).status_code == 302
    bowls.refresh_from_db()
    assert bowls.size == 2 and bowls.units.count() == 2
    with pytest.raises(ValueError, match="keeps its size"):
        offering.change(article=bowls, size=20)
    huge = {**form, "slug": "huge", "item": bowls.item.pk, "kind": "edition", "size": "2000000000"}
    answer = staff.post("/cms/boxes/shop/articles/add/", huge)
    assert answer.status_code == 422 and b"100000 pieces at most" in answer.content
    with pytest.raises(ValueError, match="smaller"):
        offering.number_pieces(article=bowls, upto=2_000_000_000)


def test_who_packs_reads_prices_and_changes_none(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.billing.catalogue.push", lambda: 0)
    cup = article(push=False)
    assert staff.get("/cms/boxes/shop/articles/add/").status_code in (302, 403)
    assert b"articles/add" not in staff.get("/cms/boxes/shop/articles/").content
    page = staff.get(f"/cms/boxes/shop/articles/{cup.pk}/").content.decode()
    assert 'value="6800"' in page and "Those who may change prices" in page
    form = {"amount": "1", "order": "3", "places": "0", "size": "0", "active": "on"}
    assert staff.post(f"/cms/boxes/shop/articles/{cup.pk}/", form).status_code == 302
    cup.refresh_from_db()
    assert cup.order == 3 and [p.amount for p in cup.plan.prices.all()] == [6800]
    cup.plan.prices.update(active=False)
    assert staff.post(f"/cms/boxes/shop/articles/{cup.pk}/", {**form, "order": "4"}).status_code == 302
    allow(staff, "change_planprice")
    assert b"articles/add" in staff.get("/cms/boxes/shop/articles/").content


def test_who_packs_gives_no_money_back_and_is_told_in_words(staff: Client) -> None:
    cup = article(on_hand=2, push=False)
    sale = sold(cup, person("Ning"), invoice_id="in_none")
    where = f"/cms/boxes/shop/{sale.pk}/"
    assert "Give the money back" not in staff.get(where).content.decode()
    for step in ("refund", "again", "by_hand"):
        said = staff.post(f"{where}do/{step}/", {"why": "x"}, follow=True).content.decode()
        assert "Money is given back by those who may change invoices." in said
    allow(staff, "change_invoice")
    assert "Give the money back" in staff.get(where).content.decode()
    for step, words in (("refund", "Not possible as it stands now"), ("ship", "Not possible as it stands now")):
        said = staff.post(f"{where}do/{step}/", {}, follow=True).content.decode()
        assert words in said and f"sale {sale.pk}" not in said
    Sale.objects.filter(pk=sale.pk).update(address={})
    assert "no address to which" in staff.post(f"{where}do/pack/", follow=True).content.decode()
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.SHIPPED)
    assert "A word on why is needed" in staff.post(f"{where}do/return/", {"why": ""}, follow=True).content.decode()


def test_a_flag_is_a_key_and_is_read_in_words(staff: Client) -> None:
    cup = article(on_hand=3, push=False)
    sale = sold(cup, person("Ning"), SaleState.OWED, flag=Flag.NOT_BACK, invoice_id="in_none")
    old = sold(cup, person("Su"), SaleState.SHIPPED, flag="Its box: lost")
    listed = staff.get("/cms/boxes/shop/?state=flag").content.decode()
    assert sale.number in listed and old.number in listed
    assert "the money has not gone back" in listed and "Its box: lost" in listed and ">not_back<" not in listed
    staff.post(f"/cms/boxes/shop/{sale.pk}/do/seen/")
    sale.refresh_from_db()
    assert sale.flag == Flag.NOT_BACK
    page = f"/cms/boxes/shop/{sale.pk}/"
    assert "Try to give it back again" not in staff.get(page).content.decode()
    allow(staff, "change_invoice")
    assert "Try to give it back again" in staff.get(page).content.decode()
    staff.post(f"/cms/boxes/shop/{old.pk}/do/seen/")
    staff.post(f"/cms/boxes/shop/{old.pk}/do/deliver/")
    assert "<td>delivered</td>" in staff.get(f"/cms/boxes/shop/{old.pk}/").content.decode()


def test_ones_own_pieces_of_an_article_cost_the_same_however_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    reader, cup = person(), article(on_hand=9, push=False, most=None)
    client.force_login(reader)
    sold(cup, reader)
    client.get(f"/en/shop/{cup.slug}/")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/en/shop/{cup.slug}/")
    for _ in range(4):
        sold(cup, reader)
    with django_assert_num_queries(len(one)):
        assert client.get(f"/en/shop/{cup.slug}/").content.decode().count("/en/shop/mine/") >= 5


def test_what_has_no_price_or_was_put_away_is_not_ordered_ahead(client: Client) -> None:
    soon = clock.now() + timedelta(days=9)
    thing = article("print", kind="ahead", on_hand=0, places=2, charged_at=soon, push=False)
    client.force_login(person())
    assert b"Go on to the card" in client.get("/en/shop/print/ahead/").content
    thing.plan.prices.update(stripe_price=None)
    bare = client.get("/en/shop/print/ahead/")
    assert bare.status_code == 200 and b"cannot be ordered ahead any more" in bare.content
    thing.plan.prices.update(stripe_price="price_x")
    Article.objects.filter(pk=thing.pk).update(active=False)
    assert b"Go on to the card" not in client.get("/en/shop/print/ahead/").content


def test_strangers_do_not_see_the_desk(client: Client) -> None:
    client.force_login(person())
    assert client.get("/cms/boxes/shop/").status_code in (302, 403)


def test_a_returned_number_is_free_again(reader_and_edition: tuple[User, Article]) -> None:
    account, bowls = reader_and_edition
    now = clock.now()
    sale = Sale.objects.create(account=account, article=bowls, state=SaleState.PAID, amount=1, currency="CNY",
                               created_at=now, changed_at=now, address={"line1": "12 Hefang"})  # fmt: skip
    bowls.units.filter(number=1).update(state="sold", sale=sale)
    sending.pack(sale=sale, actor="s")
    sending.ship(sale=sale, actor="s")
    assert not stock.verify_stock()
    sending.take_back(sale=sale, actor="s", why="came back")
    assert bowls.units.get(number=1).state == "free" and not stock.verify_stock()


@pytest.fixture
def reader_and_edition() -> tuple[User, Article]:
    return person("Ning"), edition(2, push=False)


def test_what_one_bought_is_taken_along_and_erased_without_losing_the_trade_record() -> None:
    reader, cup = person(), article(on_hand=2, push=False)
    done, kept = sold(cup, reader), sold(cup, reader, SaleState.HELD, held_until=clock.now())
    Sale.objects.filter(pk=done.pk).update(state=SaleState.DELIVERED)
    stock.unpromise({cup.item_id: 1})
    section = export_sections.get("shop")
    step = erasure_steps.get("shop")
    assert section and step
    assert {row["sale"] for row in section.collect(reader)} == {done.number, kept.number}
    step.erase(reader)
    done.refresh_from_db()
    kept.refresh_from_db()
    assert done.address == {} and kept.state == SaleState.LAPSED and not stock.verify_stock()


def test_an_article_is_found_and_has_a_card(client: Client) -> None:
    made = article("found-me", push=False, words_en="Something about rivers")
    assert b"found-me" in client.get("/en/search/?q=rivers").content
    offering.change(article=made, active=False)
    assert b"found-me" not in client.get("/en/search/?q=rivers").content
