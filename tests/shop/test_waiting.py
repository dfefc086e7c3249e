"""The waiting list: what becomes free goes to those who wait, in order, before anybody else."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Notice, User
from ground import clock
from membership.actions import Source, grant
from membership.perks.enums import PerkKind
from membership.perks.models import Perk
from subscriptions.billing import paying
from subscriptions.billing.models import Invoice
from subscriptions.boxes.actions import stock
from subscriptions.shop.actions import keeping, selling, sweeping, waiting
from subscriptions.shop.enums import SaleState, WaitState
from subscriptions.shop.models import Article, Sale, WaitEntry
from tests.factories.accounts import person
from tests.factories.shop import article, edition
from tests.shop.conftest import Counter

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
S, W = SaleState, WaitState


def state(account: User, thing: Article) -> str:
    return WaitEntry.objects.filter(account=account, article=thing).latest("pk").state


@pytest.fixture
def taken(counter: Counter, reader: User) -> Article:
    """An edition of one whose only piece is sold to the reader."""
    bowls = edition(1)
    counter.buy(reader, bowls)
    return bowls


def give_back(counter: Counter, reader: User) -> None:
    invoice = Invoice.objects.filter(account=reader).latest("pk")
    paying.refund(invoice=invoice, amount=invoice.amount_paid, reason="", token="w", end=False, actor="admin")
    counter.till.deliver()


def test_a_freed_piece_goes_to_the_first_who_waits_and_not_to_the_public(
    counter: Counter, reader: User, taken: Article
) -> None:
    first, second, public = person("Su"), person("Lin"), person("Passer")
    for one in (first, second):
        waiting.join(account=one, article=taken)
    give_back(counter, reader)
    assert (state(first, taken), state(second, taken)) == (W.OFFERED, W.WAITING)
    assert Notice.objects.filter(kind="shop.offered").count() == 1
    with pytest.raises(keeping.SoldOut):
        counter.page(public, taken)
    bought = counter.buy(first, taken)
    assert bought.state == S.PAID and state(first, taken) == W.CLAIMED and not stock.verify_stock()


def test_what_is_not_claimed_in_time_goes_to_the_next_and_the_letter_comes_once(
    counter: Counter, reader: User, taken: Article
) -> None:
    first, second = person("Su"), person("Lin")
    for one in (first, second):
        waiting.join(account=one, article=taken)
    give_back(counter, reader)
    sweeping.free_due(clock.now() + timedelta(hours=49))
    sweeping.free_due(clock.now())
    assert (state(first, taken), state(second, taken)) == (W.LAPSED, W.OFFERED)
    assert [n.account for n in Notice.objects.filter(kind="shop.offered").order_by("pk")] == [first, second]
    assert not stock.verify_stock()


def test_a_page_that_ends_leaves_the_offer_as_long_as_it_was_promised(
    counter: Counter, reader: User, taken: Article
) -> None:
    su = person("Su")
    waiting.join(account=su, article=taken)
    give_back(counter, reader)
    sale, _url = counter.page(su, taken)
    counter.till.advance(seconds=3 * 3600)
    sale.refresh_from_db()
    assert sale.state == S.HELD and state(su, taken) == W.OFFERED
    counter.buy(su, taken)
    assert state(su, taken) == W.CLAIMED and Sale.objects.filter(account=su, state=S.PAID).count() == 1
    assert not stock.verify_stock()


def test_leaving_passes_the_piece_on(counter: Counter, reader: User, taken: Article) -> None:
    first, second = person("Su"), person("Lin")
    for one in (first, second):
        waiting.join(account=one, article=taken)
    give_back(counter, reader)
    assert waiting.leave(account=first, article=taken) and not waiting.leave(account=first, article=taken)
    assert (state(first, taken), state(second, taken)) == (W.LEFT, W.OFFERED) and not stock.verify_stock()


def test_holders_of_the_early_perk_are_asked_first_where_the_article_says_so(counter: Counter, reader: User) -> None:
    perk = Perk.objects.create(key="early", kind=PerkKind.EARLY_ACCESS, name_zh="先得", name_en="First look",
                               entitlement="tier:patron", quota=0)  # fmt: skip
    bowls = edition(1, early_first=True, terms={"early_perk": perk})
    counter.buy(reader, bowls)
    plain, patron = person("Su"), person("Lin")
    grant(account=patron, key="tier:patron", source=Source("test", "1"), actor="test")
    waiting.join(account=plain, article=bowls)
    waiting.join(account=patron, article=bowls)
    give_back(counter, reader)
    assert (state(patron, bowls), state(plain, bowls)) == (W.OFFERED, W.WAITING)


def test_a_delivery_is_offered_before_it_is_sold(counter: Counter, reader: User) -> None:
    cup, su = article(on_hand=1, most=None), person("Su")
    counter.buy(reader, cup)
    waiting.join(account=su, article=cup)
    stock.receive(item=cup.item, quantity=2, code="second", actor="s")
    sale, _url = counter.page(person("Passer"), cup)
    assert state(su, cup) == W.OFFERED and sale.state == S.HELD
    assert keeping.left(Article.objects.get(pk=cup.pk)) == 0 and not stock.verify_stock()


def test_nobody_waits_for_what_can_be_had_and_two_clicks_are_one_place(
    counter: Counter, reader: User, taken: Article
) -> None:
    with pytest.raises(waiting.NothingToWaitFor):
        waiting.join(account=reader, article=article("free", on_hand=1))
    su = person("Su")
    client = Client()
    client.force_login(su)
    for _ in range(2):
        client.post(f"/en/shop/{taken.slug}/list/")
    assert WaitEntry.objects.filter(account=su).count() == 1
    assert b"You are on the list" in client.get(f"/en/shop/{taken.slug}/").content
    assert b"on the list" in client.get("/en/shop/mine/").content
    client.post(f"/en/shop/{taken.slug}/unlist/")
    assert state(su, taken) == W.LEFT
    assert Client().post(f"/en/shop/{taken.slug}/list/")["Location"].startswith("/en/account/signup/")


def test_who_has_all_that_one_may_have_is_passed_over(counter: Counter, reader: User) -> None:
    bowls = edition(2, most=1)
    su = person("Su")
    counter.buy(reader, bowls)
    counter.buy(su, bowls)
    WaitEntry.objects.create(article=bowls, account=su, joined_at=clock.now())
    lin = person("Lin")
    waiting.join(account=lin, article=bowls)
    give_back(counter, reader)
    assert (state(su, bowls), state(lin, bowls)) == (W.LEFT, W.OFFERED)
    with pytest.raises(selling.TooMany):
        counter.page(su, bowls)


def test_trying_again_to_pay_does_not_shorten_what_was_offered(counter: Counter, reader: User, taken: Article) -> None:
    su = person("Su")
    waiting.join(account=su, article=taken)
    give_back(counter, reader)
    counter.page(su, taken)
    promised = WaitEntry.objects.get(account=su).offered_until
    counter.till.advance(seconds=3 * 3600)  # the first page ends
    counter.page(su, taken)
    kept = Sale.objects.get(account=su, state=S.HELD)
    assert promised and kept.held_until and kept.held_until >= promised
    assert kept.units.get().held_until == kept.held_until
    sweeping.free_due(clock.now() + timedelta(hours=12))
    assert state(su, taken) == W.OFFERED and not stock.verify_stock()


def test_nobody_waits_for_what_is_chosen_with_a_box(counter: Counter) -> None:
    soap, su = article("soap", kind="along", on_hand=0), person("Su")
    with pytest.raises(waiting.NothingToWaitFor):
        waiting.join(account=su, article=soap)
    WaitEntry.objects.create(article=soap, account=su, joined_at=clock.now())
    stock.receive(item=soap.item, quantity=1, code="second", actor="s")
    assert waiting.pass_on(soap) == 0 and not Sale.objects.exists()


def test_who_leaves_while_pieces_are_passed_on_gets_no_offer(
    counter: Counter, reader: User, taken: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    su, lin = person("Su"), person("Lin")
    for one in (su, lin):
        waiting.join(account=one, article=taken)
    keep = keeping.keep

    def keep_as_one_goes(sale: Sale) -> None:
        keep(sale)
        WaitEntry.objects.filter(account=su).update(state=W.LEFT)

    monkeypatch.setattr(keeping, "keep", keep_as_one_goes)
    give_back(counter, reader)
    assert (state(su, taken), state(lin, taken)) == (W.LEFT, W.OFFERED)
    assert not Sale.objects.filter(account=su).exists() and not stock.verify_stock()


def test_who_has_paid_for_the_offer_leaves_no_list(counter: Counter, reader: User, taken: Article) -> None:
    su = person("Su")
    waiting.join(account=su, article=taken)
    give_back(counter, reader)
    entry = WaitEntry.objects.get(account=su)
    Sale.objects.filter(pk=entry.sale_id).update(state=S.PAID)  # its news has not come to the list yet
    client = Client()
    client.force_login(su)
    assert client.post(f"/en/shop/{taken.slug}/unlist/").status_code == 302
    assert Sale.objects.get(pk=entry.sale_id).state == S.PAID and state(su, taken) == W.OFFERED
    assert not waiting.leave(account=su, article=taken)
