"""The demo's two other plans: a box of tea that closes in some days, and a box of the season that has just closed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ground import clock
from subscriptions.billing.enums import PlanKind
from subscriptions.billing.models import Plan, PlanPrice
from subscriptions.boxes import calendar
from subscriptions.boxes.actions.firsts import WELCOME
from subscriptions.boxes.demo import SLUG
from subscriptions.boxes.demo_things import MAKERS, SEASONS, TEAS, Edition, Thing
from subscriptions.boxes.demo_things import WELCOME as HELLO
from subscriptions.boxes.enums import CycleState, FirstBox
from subscriptions.boxes.models import BoxPlan, BoxVariant, Cycle, CycleSlot, Item, StockEntry

ZONE = "Asia/Shanghai"
PRICES = {
    SLUG: [("box-monthly-quarter", "quarter", 56700, None, None), ("box-monthly-6", "once", 112800, 6, None),
           ("gift-monthly-3", "once", 59400, None, 3)],
    "tea": [("box-tea", "month", 15800, None, None), ("box-tea-first", "once", 15800, 1, None),
            ("box-tea-3", "once", 45600, 3, None), ("gift-tea-3", "once", 47400, None, 3)],
    "seasons": [("box-seasons", "quarter", 46800, None, None), ("box-seasons-hello", "once", 9800, 1, None)],
}  # fmt: skip
VARIANTS = [("strong", "浓一些", "On the strong side"), ("mild", "淡一些", "On the mild side")]


def seed(step: Callable[[str], None]) -> None:
    """Plans, prices, variants and a welcome box; running it again changes nothing."""
    step("a box of tea, a box of the season")
    now = clock.now()
    if not BoxPlan.objects.filter(slug="tea").exists():
        _tea(_day_near(now, 3))
        _seasons(now, _day_near(now, -3))
    _prices()


def _day_near(now: datetime, days: int) -> datetime:
    """About so many days from now, on a day of the month that a cut-off may have."""
    here, step = now.astimezone(ZoneInfo(ZONE)), 1 if days > 0 else -1
    found = here + timedelta(days=days)
    while found.day > 27:
        found += timedelta(days=step)
    return found


def _tea(cutoff: datetime) -> None:
    plan = BoxPlan.objects.create(
        slug="tea", name_zh="茶事盒", name_en="The Tea Box", cutoff_day=cutoff.day, first_box=FirstBox.NOW, skips_a_year=4,
        promise_zh="每月三泡，同题异味；第一盒立刻寄出。",
        promise_en="Three teas a month on one theme. The first box is sent at once.",
    )  # fmt: skip
    for order, (slug, zh, en) in enumerate(VARIANTS):
        BoxVariant.objects.create(plan=plan, slug=slug, name_zh=zh, name_en=en, order=order)


def _seasons(now: datetime, cutoff: datetime) -> None:
    plan = BoxPlan.objects.create(
        slug="seasons", name_zh="四时匣", name_en="The Seasons Box", cutoff_day=cutoff.day, every=3, anchor_month=cutoff.month,
        first_box=FirstBox.WELCOME, skips_a_year=2,
        promise_zh="一季一匣，给屋子换季；入席先送一份见面礼。",
        promise_en="One box a season, to turn the house over with the year. A first hello comes at once.",
    )  # fmt: skip
    long_ago = now - timedelta(days=400)
    make_edition(plan, (now.year, now.month), HELLO, state=CycleState.PACKING, period=WELCOME, opens_at=long_ago,
                 cutoff_at=long_ago + timedelta(days=1), billed_by=long_ago + timedelta(days=2))  # fmt: skip


def _prices() -> None:
    for slug, prices in PRICES.items():
        box = BoxPlan.objects.filter(slug=slug).first()
        if box is None:
            continue
        plan, _ = Plan.objects.get_or_create(
            kind=PlanKind.BOX, target=slug, defaults={
                "name_zh": box.name_zh, "name_en": box.name_en, "needs_address": True,
                "billing_day": calendar.billing_day(box.cutoff_day), "billing_hour": calendar.billing_hour(box.zone),
                "billing_month": box.anchor_month if box.every > 1 else None,
            },
        )  # fmt: skip
        for lookup_key, interval, amount, boxes, months in prices:  # type: ignore[attr-defined]
            values = {
                "plan": plan,
                "interval": interval,
                "amount": amount,
                "currency": "CNY",
                "boxes": boxes,
                "gift_months": months,
            }
            PlanPrice.objects.get_or_create(lookup_key=lookup_key, defaults=values)


def make_edition(plan: BoxPlan, when: tuple[int, int], edition: Edition, **own: object) -> Cycle:
    """One edition with its things; `own` overrides columns."""
    theme_zh, theme_en, season_zh, season_en, words_zh, words_en, things = edition
    dates = calendar.cycle_dates(*when, plan.cutoff_day, plan.zone, plan.every)
    values = {
        "period": f"{when[0]}-{when[1]:02d}", "theme_zh": theme_zh, "theme_en": theme_en, "season_zh": season_zh,
        "season_en": season_en, "words_zh": words_zh, "words_en": words_en, "opens_at": dates.opens_at,
        "cutoff_at": dates.cutoff_at, "billed_by": dates.billed_by, "ships_on": dates.ships_on,
    }  # fmt: skip
    cycle = Cycle.objects.create(plan=plan, **{**values, **own})
    CycleSlot.objects.bulk_create(
        CycleSlot(cycle=cycle, order=order, item=_item(thing), kind_zh=thing[6], kind_en=thing[7])
        for order, thing in enumerate(things)
    )
    return cycle


def _item(thing: Thing) -> Item:
    sku, zh, en, maker, art, family, *_ = thing
    maker_zh, maker_en = MAKERS[maker]
    item, new = Item.objects.get_or_create(
        sku=sku,
        defaults={
            "name_zh": zh, "name_en": en, "maker_zh": maker_zh, "maker_en": maker_en, "art": art, "family": family,
            "on_hand": 60, "weight": 180, "cost": 1800 + 90 * len(en), "value": 3000 + 120 * len(en), "origin": "CN",
            "hs6": {"tea": "090230", "cup": "691200", "bowl": "691200"}.get(family, "970500"),
        },
    )  # fmt: skip
    if new:
        open_book(item)
    return item


def open_book(item: Item) -> None:
    """The first line of an item's book."""
    StockEntry.objects.create(item=item, delta=item.on_hand, reason="opening", actor="demo", at=clock.now())


UPCOMING = {"tea": TEAS[-2:], "seasons": SEASONS[-1:]}
