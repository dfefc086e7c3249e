"""Orders ahead: a card is saved now and charged at release, once, by a key that comes from the order itself.

Places are counted under the article's lock; pieces are promised at release, in the order of booking, before anything is
charged. A card that is refused gets a letter with a pay link and three days; then the piece goes on.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from accounts.models import User
from accounts.notices import notify
from ground import clock
from subscriptions.billing import charging, joining, releasing
from subscriptions.billing.enums import CheckoutKind
from subscriptions.billing.models import Checkout, Invoice, PlanPrice
from subscriptions.shop.actions import keeping, selling
from subscriptions.shop.actions.money import facts_of
from subscriptions.shop.actions.moving import NotAllowed, move
from subscriptions.shop.enums import COUNTS, OPEN_PAGE, ArticleKind, SaleState, Way
from subscriptions.shop.models import Article, Sale

S = SaleState
SPACE = UUID("6f0e1f0a-6c1d-4d0c-9a86-6d2d1c6a2f11")
PAY_WITHIN = timedelta(days=3)


@transaction.atomic
def order(
    *, account: User, article: Article, quantity: int, address: dict[str, str], language: str = "en"
) -> tuple[Sale, Checkout]:
    """Take a place and write down the intent of a page that saves a card; `joining.open_page` opens it.

    Raises `selling.NotOnSale`, `releasing.NotYet`, `selling.OtherCurrency`, `selling.TooMany`, `keeping.SoldOut`.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    rows = Article.objects.select_for_update(no_key=True, of=("self",)).select_related("item", "plan__early_perk")
    row = rows.prefetch_related("plan__prices").get(pk=article.pk)
    if row.closed(clock.now()) or not row.ahead(clock.now()):
        raise selling.NotOnSale(row.slug)
    releasing.refuse(row.plan, account)
    price = selling.price_of(row, account)
    open_ones = Sale.objects.filter(account=account, article=row, state__in=OPEN_PAGE).exclude(way=Way.ALONG)
    for begun in open_ones:  # one that is kept to be paid is there when staff moved the day of release
        selling.give_back(sale=begun, actor=f"account:{account.pk}", cause="begun anew")
    if not 1 <= quantity <= selling.room(row, account):
        raise selling.TooMany(selling.room(row, account))
    if taken(row) + quantity > row.places:
        raise keeping.SoldOut(row.pk)
    now = clock.now()
    sale = Sale.objects.create(
        account=account, article=row, quantity=quantity, way=Way.AHEAD, state=S.NEW, amount=price.amount,
        currency=price.currency, address=address, language=language, created_at=now, changed_at=now,
        held_until=now + joining.OPEN_FOR + selling.MARGIN,
    )  # fmt: skip
    page = joining.intend_apart(
        account=account, kind=CheckoutKind.AHEAD, key=sale.key, price=price, quantity=quantity, language=language,
        next_url=reverse("shop:article", args=[row.slug]),
    )  # fmt: skip
    return sale, page


def taken(article: Article) -> int:
    """Places that are taken. One query; exact under the article's lock."""
    rows = Sale.objects.filter(article=article, way=Way.AHEAD, state__in=COUNTS)
    return rows.aggregate(n=Sum("quantity"))["n"] or 0


@transaction.atomic
def card_saved(checkout: Checkout, card: str) -> None:
    """Hook of billing: the place is booked. A page that was finished too late gets what is still free."""
    sale = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account").filter(
        key=checkout.key, way=Way.AHEAD).first()  # fmt: skip
    if sale is None or sale.state not in (S.NEW, S.LAPSED):
        return
    if sale.state == S.LAPSED:
        row = Article.objects.select_for_update(no_key=True).get(pk=sale.article_id)
        replaced = Sale.objects.filter(account=sale.account_id, article=row, state__in=COUNTS).exists()
        over = row.closed(clock.now()) or not row.ahead(clock.now())
        if replaced or over or taken(row) + sale.quantity > row.places:
            return
    move(sale, S.BOOKED, actor=f"account:{sale.account_id}", cause="a card was saved", card=card, held_until=None)
    day = sale.article.charged_at
    context = facts_of(sale) | {"day": day.isoformat() if day else ""}
    notify(account=sale.account, kind="shop.booked", subject_key=sale.article.key, context=context,
           dedupe=f"sale:{sale.pk}")  # fmt: skip


@transaction.atomic
def cancel(*, sale: Sale, actor: str) -> None:
    """Take it back before the release. Raises `NotAllowed` from then on."""
    row = Sale.objects.select_for_update(of=("self",)).get(pk=sale.pk)
    if row.way != Way.AHEAD or row.state not in (S.NEW, S.BOOKED):
        raise NotAllowed(row.state)
    keeping.close_page(row)
    move(row, S.CANCELLED, actor=actor, cause="taken back", card="")


def standing(article: Article) -> int:
    """How many have ordered it ahead and are not charged yet. One query."""
    return Sale.objects.filter(article=article, way=Way.AHEAD, state=S.BOOKED).count()


@transaction.atomic
def drop(*, article: Article, actor: str) -> int:
    """It was put away: every place is given back, nobody is charged, and who had ordered it is told. Answers how many."""
    rows = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account")
    booked = 0
    for sale in rows.filter(article=article, way=Way.AHEAD, state__in=[S.NEW, S.BOOKED]).order_by("pk"):
        told = sale.state == S.BOOKED
        keeping.close_page(sale)
        move(sale, S.CANCELLED, actor=actor, cause="put away", card="")
        if told:
            booked += 1
            notify(account=sale.account, kind="shop.dropped", subject_key=article.key,
                   context=facts_of(sale) | {"away": "yes"}, dedupe=f"sale:{sale.pk}")  # fmt: skip
    return booked


def release_due(now: datetime) -> int:
    """Promise and charge what was booked of released articles, first booked first; answers how many. What does not lie on
    the shelf yet waits for the next sweep."""
    rows = Article.objects.filter(kind=ArticleKind.AHEAD, charged_at__lte=now, active=True)
    return sum(_release(article) for article in rows.filter(sales__state=S.BOOKED).distinct())


def _release(article: Article) -> int:
    done = 0
    ids = Sale.objects.filter(article=article, state=S.BOOKED).order_by("pk").values_list("pk", flat=True)[:500]
    for pk in list(ids):
        try:
            done += charge_one(pk)
        except keeping.SoldOut:
            break
    return done


@transaction.atomic
def charge_one(pk: int) -> bool:
    """Promise the pieces of one order ahead and charge it. Raises `keeping.SoldOut`; False when it is not booked."""
    sale = Sale.objects.select_for_update(of=("self",)).select_related("article__item", "account").get(pk=pk)
    if sale.state != S.BOOKED:
        return False
    keeping.keep(sale)
    key = uuid5(SPACE, str(sale.key))
    move(sale, S.CHARGING, actor="shop clock", cause="released", charge=key, held_until=clock.now() + PAY_WITHIN)
    charging.charge(account=sale.account, key=key, lines=[(price_row(sale), sale.quantity)], card=sale.card)
    return True


def price_row(sale: Sale) -> PlanPrice:
    """The price that was told when it was ordered, also where another has taken its place since."""
    rows = PlanPrice.objects.filter(plan__article=sale.article_id, amount=sale.amount, currency=sale.currency)
    return rows.filter(stripe_price__isnull=False).order_by("-pk")[0]


def charge_refused(checkout: Checkout, code: str) -> None:
    """Hook of billing: the card was not charged. A letter with a pay link, and how long the piece is kept; once."""
    if checkout.kind != CheckoutKind.CHARGE:
        return
    rows = list(Sale.objects.filter(charge=checkout.key, state=S.CHARGING).select_related("article__item", "account"))
    if not rows:
        return
    invoice = Invoice.objects.filter(stripe_id=checkout.invoice_id).first()
    until = rows[0].held_until
    context = {
        "names_zh": "、".join(row.article.item.name_zh for row in rows),
        "names_en": ", ".join(row.article.item.name_en for row in rows),
        "sum": invoice.due.format() if invoice else "",
        "pay_url": invoice.pay_url if invoice else "",
        "until": until.isoformat() if until else "",
        "bank": "yes" if code == "authentication_required" else "",
    }
    notify(account=rows[0].account, kind="shop.unpaid", subject_key=rows[0].article.key, context=context,
           dedupe=f"charge:{checkout.key}")  # fmt: skip


def give_up_due(now: datetime) -> int:
    """Close the charges that nobody paid in time; what becomes of them is told by the hook of money."""
    keys = set(Sale.objects.filter(state=S.CHARGING, held_until__lte=now).values_list("charge", flat=True)[:500])
    for intent in Checkout.objects.filter(key__in=keys):  # type: ignore[misc]
        charging.give_up(intent=intent)
    return len(keys)
