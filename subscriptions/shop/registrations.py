"""What the shop adds to the lists of the ground floor and to the hooks below."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ground import clock
from ground.ids import row_ids
from ground.localized import pick
from ground.registry import (
    AccountPanel,
    AddressKind,
    DemoSeed,
    DueWork,
    ErasureStep,
    ExportSection,
    NoticeKind,
    SearchSource,
    SubjectCard,
    SubjectKind,
    account_panels,
    address_kinds,
    demo_seeds,
    due_work,
    erasure_steps,
    export_sections,
    notice_kinds,
    search_sources,
    subject_kinds,
)
from ground.search import Answer, SearchHit, SearchQuery, one_section
from subscriptions.billing import hooks as billing
from subscriptions.boxes import hooks as boxes
from subscriptions.boxes.templatetags.boxes_tags import item_art
from subscriptions.shop import along, demo, queries
from subscriptions.shop.actions import ahead, going, keeping, money, selling, sweeping, waiting
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import ADDRESSED, ON_LIST, OPEN_PAGE, SaleState, Way
from subscriptions.shop.models import Article, Sale, WaitEntry

MODELS = ("shop.Sale", "shop.WaitEntry")
NOTICES = [
    ("bought", _("Something was bought")),
    ("booked", _("Something was ordered ahead")),
    ("offered", _("Something is kept for you")),
    ("sent", _("Something is on its way")),
    ("unpaid", _("A card was refused")),
    ("dropped", _("Something will not be sent")),
    ("too_late", _("Paid too late")),
]


def register() -> None:
    """Called once at start."""
    billing.paid_once.append(money.settled)
    billing.checkout_completed.append(money.page_done)
    billing.checkout_expired.append(money.page_ended)
    billing.card_saved.append(ahead.card_saved)
    billing.charge_refused.append(ahead.charge_refused)
    boxes.cycle_locked.append(going.cycle_locked)
    boxes.orders_moved.append(going.orders_moved)
    boxes.order_contents.append(going.order_contents)
    boxes.went_along.append(going.went_along)
    boxes.promises.append(keeping.promised)
    boxes.portal_parts.append(along.part)
    for key, label in NOTICES:
        notice_kinds.register(NoticeKind(f"shop.{key}", label, f"shop/notices/{key}"))
    due_work.register(DueWork("shop-holds", sweeping.free_due, order=33))
    due_work.register(DueWork("shop-releases", ahead.release_due, order=34))
    due_work.register(DueWork("shop-given-up", ahead.give_up_due, order=35))
    due_work.register(DueWork("shop-along", going.tidy, order=36))
    due_work.register(DueWork("shop-lists", sweeping.pass_all_on, order=37))
    account_panels.register(AccountPanel("shop", "shop/panel.html", _panel, order=32))
    export_sections.register(ExportSection("shop", _("Shop"), MODELS, _own, order=31))
    erasure_steps.register(ErasureStep("shop", MODELS, _erase, order=54))
    subject_kinds.register(SubjectKind("article", _cards))
    address_kinds.register(AddressKind("shop", _article_at))
    demo_seeds.register(DemoSeed("shop", demo.seed, order=39))  # after perks and history: what opens early, who bought
    search_sources.register(SearchSource("shop", _("Shop"), _search, order=45))


def _panel(account: Any) -> dict[str, Any] | None:
    sales, places = queries.things_of(account, 3), queries.list_places(account)
    return {"sales": sales, "places": places} if sales or places else None


def _own(account: Any) -> list[dict[str, Any]]:
    sales = Sale.objects.filter(account=account).select_related("article__item").prefetch_related("units")
    rows: list[dict[str, Any]] = [
        {"sale": s.number, "thing": str(s.article), "count": s.quantity, "state": s.state, "sum": s.money.format(),
         "at": s.created_at.isoformat(), "address": s.address, "numbers": [u.number for u in s.units.all()]}
        for s in sales
    ]  # fmt: skip
    entries = WaitEntry.objects.filter(account=account).select_related("article__item")
    return rows + [{"waits": str(e.article), "state": e.state, "since": e.joined_at.isoformat()} for e in entries]


def _erase(account: Any) -> None:
    """Nothing more is charged or kept; what was bought stays as a number for the trade records, without its address. What is
    paid and still to be sent keeps that until it is (`moving.move`)."""
    actor = f"account:{account.pk}"
    for entry in WaitEntry.objects.filter(account=account, state__in=ON_LIST).select_related("article"):
        waiting.leave(account=account, article=entry.article)
    WaitEntry.objects.filter(account=account).delete()
    for sale in Sale.objects.filter(account=account, state__in=OPEN_PAGE | {SaleState.BOOKED}):
        _undo(sale, actor)
    Sale.objects.filter(account=account).update(card="")
    theirs = Sale.objects.filter(account=account)
    theirs.exclude(state__in=ADDRESSED).update(address={}, tracking="")
    for sale in theirs.filter(state__in=ADDRESSED, ride__isnull=False).select_related("ride"):
        if sale.ride and not sale.address.get("line1"):  # its box forgets where it went; what is paid is still sent
            theirs.filter(pk=sale.pk).update(address=sale.ride.address)


def _undo(sale: Sale, actor: str) -> None:
    if sale.way == Way.AHEAD:
        ahead.cancel(sale=sale, actor=actor)
    elif sale.way == Way.PAGE:
        selling.give_back(sale=sale, actor=actor, cause="the account goes")
    elif sale.order_id is None:
        keeping.let_go(sale)
        move(sale, SaleState.CANCELLED, actor=actor, cause="the account goes")


def _cards(ids: Sequence[str], language: str, account: Any) -> dict[str, SubjectCard]:
    rows = Article.objects.filter(pk__in=row_ids(ids), active=True).select_related("item")
    return {a.key: _card(a, language) for a in rows}


def _card(article: Article, language: str) -> SubjectCard:
    with override(language):
        url, kicker = reverse("shop:article", args=[article.slug]), str(_("Shop"))
    item = article.item
    return SubjectCard(article.key, pick(item, "name", language), url, pick(article, "words", language)[:200],
                       item_art(item), kicker)  # fmt: skip


def _article_at(path: str) -> str | None:
    """`/<language>/shop/<slug>/`."""
    parts = path.strip("/").split("/")
    if len(parts) != 3 or parts[1] != "shop":
        return None
    found = Article.objects.filter(slug=parts[2], active=True).only("pk").first()
    return found.key if found else None


def _search(asked: SearchQuery) -> Answer:
    text = asked.text.lower()
    found = []
    for article in queries.on_sale(clock.now())[:300]:
        item = article.item
        words = (article.words_zh, article.words_en, item.name_zh, item.name_en, item.maker_zh, item.maker_en)
        if text in " ".join(words).lower():
            card = _card(article, asked.language)
            found.append(SearchHit(card.title, card.url, card.summary, card.kicker, card.image_url))
    return one_section("shop", _("Shop"), found, asked, order=55)
