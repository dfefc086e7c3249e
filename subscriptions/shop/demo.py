"""The demo's shop: a few things, an edition that is nearly sold out, things that go along, and one to order ahead.

What was sold is really paid: each sale charges the buyer's saved card at the sandbox, so that nothing drifts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.db import transaction

from accounts.models import User
from accounts.notices import silence
from ground import clock
from membership.perks.models import Perk
from subscriptions.billing import catalogue, charging, outbox
from subscriptions.billing.models import Customer
from subscriptions.boxes.actions import stock
from subscriptions.boxes.models import Item
from subscriptions.shop.actions import keeping, offering, sending
from subscriptions.shop.actions.ahead import SPACE, price_row
from subscriptions.shop.actions.moving import move
from subscriptions.shop.enums import ArticleKind, SaleState
from subscriptions.shop.models import Article, Sale

K = ArticleKind
# slug, kind, price, on the shelf, names, makers, drawing, words, and what is special about it
THINGS: list[tuple[str, str, int, int, tuple[str, str], tuple[str, str], str, tuple[str, str], dict[str, Any]]] = [
    ("hare-fur-bowl", K.EDITION, 128000, 12, ("兔毫盏，限烧十二只", "Hare’s-fur bowl, a firing of twelve"),
     ("蔡一窑，建阳", "Cai Yi’s kiln, Jianyang"), "item-cup",
     ("一窑只成十二只，每只底足刻号。釉里的毫毛朝着火走过的方向，没有两只相同。",
      "One firing gave twelve; each has its number cut into the foot. The hairs in the glaze point where the fire went, and no two agree."),
     {"size": 12, "most": 2}),
    ("carved-lacquer-dish", K.THING, 36000, 5, ("剔红小碟", "Carved lacquer dish"), ("漆婆婆，扬州", "Granny Qi, Yangzhou"),
     "lacquer", ("一百道漆，刻到第六十道见云。", "A hundred coats; at the sixtieth the knife meets the clouds."), {"most": 2}),
    ("kiln-night-record", K.THING, 9800, 40, ("开窑夜，黑胶一张", "Kiln-opening night, on vinyl"), ("雅集录音", "Recorded by Yaji"),
     "item-sound", ("四十一分钟：炉门、脚步、第一声开片。", "Forty-one minutes: the door, footsteps, the first crackle."), {"most": None}),
    ("indigo-runner", K.THING, 46000, 1, ("蓝染桌旗", "Indigo table runner"), ("石阿朵，丹寨", "Shi Aduo, Danzhai"), "indigo",
     ("染了十一遍，晾在同一根竹竿上。只此一条。", "Dipped eleven times, hung on the same bamboo. There is only this one."), {"most": 1}),
    ("spring-vat-scarf", K.THING, 28000, 8, ("春缸围巾", "Scarf from the spring vat"), ("石阿朵，丹寨", "Shi Aduo, Danzhai"), "indigo",
     ("开春第一缸染的。知音与早到的朋友先看一天。", "From the first vat of spring. Those with the early door see it a day before."),
     {"most": 2, "opens": 3}),
    ("ink-stick", K.ALONG, 5800, 30, ("松烟小墨", "A small stick of pine-soot ink"), ("汪素槽，泾县", "Wang Sucao, Jing County"),
     "item-letter", ("随盒同行，磨得八封信。", "It goes along with a box, and lasts eight letters."), {"most": 3}),
    ("tea-sampler", K.ALONG, 3800, 60, ("三味小茶", "Three teas, a pinch of each"), ("林见素，福鼎", "Lin Jiansu, Fuding"), "item-tea",
     ("白、岩、红，各一泡。", "White, rock and red: one brewing of each."), {"most": 4}),
    ("letter-wax", K.ALONG, 2600, 25, ("封信的蜡", "Wax for letters"), ("汪素槽，泾县", "Wang Sucao, Jing County"), "item-letter",
     ("一支，朱色。", "One stick, vermilion."), {"most": 4}),
    ("river-in-pear-wood", K.AHEAD, 68000, 0, ("《梨木上的一条河》整卷", "A River in Pear Wood, the whole scroll"),
     ("汪素槽", "Wang Sucao"), "item-print",
     ("三米长的套印水卷，还在印。现在存下卡片，印成那天才收钱。", "Three metres of river, still at the press. Save a card now; the day it is done it is charged."),
     {"most": 1, "places": 30, "ahead": 21}),
]  # fmt: skip
SOLD = [("patron@example.com", 2, True), ("member@example.com", 2, True), ("friend@example.com", 1, False),
        ("subscriber@example.com", 2, False)]  # fmt: skip
MORE = 3  # buyers out of the demo's history, a piece each
ADDRESS = {"recipient": "闻笛", "phone": "+86 571 0000 0000", "line1": "河坊街 12 号", "city": "杭州", "region": "浙江",
           "postal_code": "310000", "country": "CN"}  # fmt: skip


def seed(step: Callable[[str], None]) -> None:
    """Articles, their stock, and what was sold; running it again changes nothing."""
    step("single things")
    now = clock.now()
    for order, row in enumerate(THINGS):
        _article(row, order, now)
    catalogue.push()
    bowl = Article.objects.select_related("item", "plan").get(slug="hare-fur-bowl")
    if not bowl.sales.exists():
        step("nine bowls are sold")
        with silence():
            _sell_all(bowl)


def _article(row: tuple[Any, ...], order: int, now: datetime) -> None:
    slug, kind, amount, on_hand, names, makers, art, words, more = row
    if Article.objects.filter(slug=slug).exists():
        return
    extra = dict(more)
    opens, ahead = extra.pop("opens", None), extra.pop("ahead", None)
    with transaction.atomic():
        item, new = Item.objects.get_or_create(
            sku=f"shop-{slug}",
            defaults={"name_zh": names[0], "name_en": names[1], "maker_zh": makers[0], "maker_en": makers[1], "art": art,
                      "weight": 300},
        )  # fmt: skip
        if new and on_hand:
            stock.receive(item=item, quantity=on_hand, code="first", actor="demo")
        perk = Perk.objects.filter(key="early-door").first() if opens else None
        morning = now.replace(hour=2, minute=0, second=0, microsecond=0)  # ten o’clock in the shop
        opens_at = morning + timedelta(days=opens) if opens else None
        offering.put_on_sale(
            slug=slug, item=item, kind=kind, terms=offering.Terms(amount, opens_at=opens_at, early_perk=perk),
            words_zh=words[0], words_en=words[1], order=order,
            charged_at=morning + timedelta(days=ahead) if ahead else None, **extra,
        )  # fmt: skip


def _sell_all(bowl: Article) -> None:
    known = [email for email, _, _ in SOLD]
    for email, count, sent in SOLD:
        account = User.objects.filter(email=email, billing_customer__isnull=False).first()
        if account:
            _sell(bowl, account, count, sent)
    others = Customer.objects.exclude(account__email__in=known).exclude(card_last4="").filter(
        account__subscriptions__status="active"
    )  # fmt: skip
    for customer in others.select_related("account").order_by("pk").distinct()[:MORE]:
        _sell(bowl, customer.account, 1, sent=True)


def _sell(article: Article, account: User, count: int, sent: bool) -> None:
    """Charged to the saved card, as an order ahead is at its release."""
    now = clock.now()
    with transaction.atomic():
        price = article.plan.prices.get(active=True)
        sale = Sale.objects.create(
            account=account, article=article, quantity=count, amount=price.amount, currency=price.currency,
            language=account.language, created_at=now, changed_at=now, address={**ADDRESS, "recipient": account.name},
        )  # fmt: skip
        keeping.keep(sale)
        key = uuid5(SPACE, str(sale.key))
        move(sale, SaleState.CHARGING, actor="demo", cause="sold", charge=key, held_until=now + timedelta(days=3))
        billing = account.subscriptions.exclude(card_id="").first()
        charging.charge(
            account=account, key=key, lines=[(price_row(sale), count)], card=billing.card_id if billing else ""
        )
    outbox.run_due()
    sale.refresh_from_db()
    if sale.state == SaleState.PAID and sent:
        sending.pack(sale=sale, actor="demo")
        sending.ship(sale=sale, actor="demo", carrier="顺丰", tracking=f"SF{sale.pk:010d}")
