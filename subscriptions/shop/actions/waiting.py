"""The waiting list: what becomes free is offered to those who wait before anybody else can take it.

An offer is a sale that keeps a piece until a moment; paying for it is buying like any other. Joining and offering run under
the article's lock, so that two pieces that become free at once go to two people, in order; who leaves, pays or lets lapse
holds the sale, and every state of a place is written only over the one that was seen.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.notices import notify
from ground import clock
from membership.perks.queries import has_perk
from subscriptions.shop.actions import keeping
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import COUNTS, ON_LIST, OPEN_PAGE, ArticleKind, SaleState, WaitState
from subscriptions.shop.models import Article, Sale, WaitEntry

OPEN_FOR = timedelta(hours=48)
"""How long a piece is kept for the one to whom it was offered."""


class NothingToWaitFor(Exception):
    """It can be bought now, is not sold any more, or is chosen with a box."""


class _Gone(Exception):
    """Whoever waited has left, or bought it, in this moment."""


@transaction.atomic
def join(*, account: User, article: Article) -> WaitEntry:
    """Stand on the list; who stands there already, stands. Raises `NothingToWaitFor`."""
    found = WaitEntry.objects.filter(account=account, article=article, state__in=ON_LIST).first()
    if found:
        return found
    row = _locked(article)
    if row.kind == ArticleKind.ALONG or row.closed(clock.now()) or (keeping.left(row) and not anybody(row)):
        raise NothingToWaitFor(article.slug)
    perk = row.plan.early_perk
    early = bool(row.early_first and perk and has_perk(account, perk.key))
    entry, _ = WaitEntry.objects.get_or_create(
        account=account, article=article, state=WaitState.WAITING, defaults={"early": early, "joined_at": clock.now()}
    )
    pass_on(article)
    return entry


@transaction.atomic
def leave(*, account: User, article: Article) -> bool:
    """Go from the list; a piece that was offered goes to the next. False when the account did not stand there, or has paid
    for what was offered."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    entry = WaitEntry.objects.filter(account=account, article=article, state__in=ON_LIST).first()
    if entry is None:
        return False
    sales = Sale.objects.select_for_update(of=("self",)).select_related("article__item")
    sale = sales.filter(pk=entry.sale_id).first() if entry.sale_id else None
    if sale and sale.state != SaleState.HELD:
        return False  # paid for, and the news comes to the list; or given up in this moment
    as_seen = WaitEntry.objects.filter(pk=entry.pk, state=entry.state, sale=entry.sale_id)
    if not as_seen.update(state=WaitState.LEFT):
        return leave(account=account, article=article)  # offered or paid for in this moment
    if sale:
        let_go(sale)
        keeping.close_page(sale)
        move(sale, SaleState.CANCELLED, actor=f"account:{account.pk}", cause="left the waiting list")
        pass_on(article)
    return True


def anybody(article: Article) -> bool:
    """Whether somebody waits to whom nothing was offered yet. One query."""
    return WaitEntry.objects.filter(article=article, state=WaitState.WAITING).exists()


def to_spare(article: Article, quantity: int) -> bool:
    """Offer what is free to those who wait; True when so many are left over for somebody else."""
    pass_on(article)
    row = Article.objects.select_related("item").get(pk=article.pk)
    return not anybody(row) and keeping.left(row) >= quantity


@transaction.atomic
def let_go(sale: Sale) -> None:
    """What was kept for a sale is free again. Where somebody waits for it the article is locked before its item, as where
    pieces are kept; `pass_on` follows when the sale has moved."""
    if anybody(sale.article):
        _locked(sale.article)
    keeping.let_go(sale)


@transaction.atomic
def pass_on(article: Article) -> int:
    """Offer what is free, one piece each, in order; answers how many offers were made."""
    if not anybody(article):
        return 0
    row, made = _locked(article), 0
    if row.kind == ArticleKind.ALONG or row.closed(clock.now()) or row.ahead(clock.now()):
        return 0
    free = keeping.left(row)
    waits = WaitEntry.objects.filter(article=row, state=WaitState.WAITING).select_related("account")
    for entry in waits.order_by("-early", "joined_at", "pk"):
        if made >= free:
            break
        made += _offer(entry, row)
    return made


def _locked(article: Article) -> Article:
    rows = Article.objects.select_for_update(no_key=True, of=("self",)).select_related("item", "plan__early_perk")
    return rows.prefetch_related("plan__prices").get(pk=article.pk)


def _offer(entry: WaitEntry, article: Article) -> bool:
    """Keep a piece for one who waits. Who has all that one may have, or is about to pay, is passed over."""
    price = next((p for p in article.plan.prices.all() if p.active and p.stripe_price), None)
    theirs = Sale.objects.filter(account=entry.account, article=article)
    have = theirs.filter(state__in=COUNTS).aggregate(n=Sum("quantity"))["n"] or 0
    if price is None or theirs.filter(state__in=OPEN_PAGE).exists():
        return False
    if article.most is not None and have >= article.most:
        WaitEntry.objects.filter(pk=entry.pk, state=WaitState.WAITING).update(state=WaitState.LEFT)
        return False
    now = clock.now()
    still = WaitEntry.objects.filter(pk=entry.pk, state=WaitState.WAITING)
    try:
        with transaction.atomic():
            sale = Sale.objects.create(
                account=entry.account, article=article, amount=price.amount, currency=price.currency,
                language=entry.account.language, created_at=now, changed_at=now, held_until=now + OPEN_FOR,
            )  # fmt: skip
            keeping.keep(sale)
            if not still.update(state=WaitState.OFFERED, sale=sale, offered_until=now + OPEN_FOR):
                raise _Gone
    except (IntegrityError, keeping.SoldOut, _Gone):
        return False
    context = {"name_zh": article.item.name_zh, "name_en": article.item.name_en, "slug": article.slug,
               "until": (now + OPEN_FOR).isoformat(), "sum": sale.money.format()}  # fmt: skip
    notify(
        account=entry.account, kind="shop.offered", subject_key=article.key, context=context, dedupe=f"wait:{entry.pk}"
    )
    return True


def offered_to(sale: Sale | None) -> WaitEntry | None:
    """The place on the list for which this sale was kept."""
    return WaitEntry.objects.filter(sale=sale, state=WaitState.OFFERED).first() if sale else None


def hand_over(entry: WaitEntry, sale: Sale) -> None:
    """The offer is kept by another sale from now on."""
    WaitEntry.objects.filter(pk=entry.pk).update(sale=sale)


def claimed(sale: Sale) -> None:
    """What was offered is paid; whoever bought it otherwise need not wait any more either."""
    WaitEntry.objects.filter(account=sale.account_id, article=sale.article_id, state__in=ON_LIST).update(
        state=WaitState.CLAIMED
    )


def lapsed(sale: Sale) -> None:
    """The offer was not taken."""
    WaitEntry.objects.filter(sale=sale, state=WaitState.OFFERED).update(state=WaitState.LAPSED)
