"""The demo's box: three editions, the things in them, and a subscriber whose first box is being made up."""

from collections.abc import Callable

from django.contrib.auth.models import Group, Permission

from ground import clock
from subscriptions.billing.demo_lives import origin_of
from subscriptions.boxes import calendar
from subscriptions.boxes.actions import cycles, subscribing
from subscriptions.boxes.models import BoxPlan, BoxSubscription, Cycle, CycleSlot, Item, StockEntry

ITEMS = [
    ("cup-plum", "梅子青小杯", "Plum-green cup", "周其朗，龙泉秋窑", "Zhou Qilang, Longquan", "item-cup", False, 260),
    ("letter-water", "水印信笺八枚", "Eight watermarked letter sheets", "汪素槽，泾县", "Wang Sucao, Jing County", "item-letter", False, 400),
    ("tea-white", "白毫银针一罐", "A tin of silver-needle white tea", "林见素，福鼎", "Lin Jiansu, Fuding", "item-tea", False, 320),
    ("sound-kiln", "开窑夜，四十一分钟", "Kiln-opening night, forty-one minutes", "雅集录音", "Recorded by Yaji", "item-sound", True, 0),
    ("print-river", "《梨木上的一条河》小画", "A River in Pear Wood, small print", "汪素槽", "Wang Sucao", "item-print", False, 280),
    ("dish-lacquer", "剔红小碟", "Carved lacquer dish", "漆婆婆，扬州", "Granny Qi, Yangzhou", "lacquer", False, 240),
    ("cloth-indigo", "蓝染方巾", "Indigo kerchief", "石阿朵，丹寨", "Shi Aduo, Danzhai", "indigo", False, 240),
    ("ladle-year", "年夜饭木勺", "Ladle for the New Year’s table", "白三刀，苏州", "Bai Sandao, Suzhou", "block", False, 240),
    ("couplet-red", "手写春联一副", "A pair of handwritten couplets", "汪素槽，泾县", "Wang Sucao, Jing County", "item-letter", False, 240),
    ("sound-fire", "灶火，三十分钟", "Hearth fire, thirty minutes", "雅集录音", "Recorded by Yaji", "item-sound", True, 0),
    ("scarf-spring", "春蓝领巾", "Spring-blue neckerchief", "石阿朵，丹寨", "Shi Aduo, Danzhai", "indigo", False, 240),
    ("print-thaw", "《解冻》小画", "Thaw, small print", "汪素槽", "Wang Sucao", "item-print", False, 240),
    ("tea-new", "明前新茶", "First tea of the year", "林见素，福鼎", "Lin Jiansu, Fuding", "item-tea", False, 240),
    ("envelope-blue", "靛蓝信封", "Indigo envelopes", "汪素槽，泾县", "Wang Sucao, Jing County", "item-letter", False, 240),
    ("cup-spring", "春水小杯", "Spring-water cup", "周其朗，龙泉秋窑", "Zhou Qilang, Longquan", "item-cup", False, 240),
]  # fmt: skip
THEMES = [
    ("青与白", "Green and White", "冬月", "Midwinter",
     "雪未落，先备一只杯。这一盒从龙泉的秋窑里取青，从泾县的纸槽里取白。",
     "Before the snow, a cup. Green from the autumn kiln at Longquan, white from the paper vats of Jing County.",
     ["cup-plum", "letter-water", "tea-white", "sound-kiln", "print-river"]),
    ("漆与火", "Lacquer and Fire", "腊月", "Year’s End",
     "一百道漆，一刀下去见红。年关将近，送一只碟子压桌角。",
     "A hundred coats, and the first cut shows red. A small dish for the corner of the New Year’s table.",
     ["dish-lacquer", "ladle-year", "couplet-red", "sound-fire", "cloth-indigo"]),
    ("春蓝", "Spring Blue", "正月", "First Month",
     "染缸醒了。新年第一盒，从丹寨来。",
     "The vat has woken. The first box of the year comes from Danzhai.",
     ["scarf-spring", "print-thaw", "tea-new", "envelope-blue", "cup-spring"]),
]  # fmt: skip
HS6 = {"item-cup": "691200", "item-letter": "481720", "item-tea": "090230", "item-print": "491191", "lacquer": "441919",
       "indigo": "621420", "block": "970500", "seal": "961100", "cobalt": "691110"}  # fmt: skip
KINDS = [("器", "Vessel"), ("纸", "Paper"), ("茶", "Tea"), ("声", "Sound"), ("留白", "Left open")]
SLUG = "monthly"
STORIES = ["celadon-after-rain", "lacquer-hundred-coats", "indigo-seasons"]


def seed(step: Callable[[str], None]) -> None:
    """Plan, stock and three editions from the month that is open now; running it again changes nothing."""
    step("the monthly box")
    plan, _ = BoxPlan.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name_zh": "月令盒",
            "name_en": "The Monthly Box",
            "promise_zh": "每月一只盒：手艺人当季的东西，和写它们的故事。",
            "promise_en": "One box a month: what makers made this season, and the stories about it.",
        },
    )
    items = _items()
    if not plan.cycles.exists():
        year, month = calendar.cycle_at(clock.now(), plan.cutoff_day, plan.zone)
        for offset, (theme, story) in enumerate(zip(THEMES, STORIES, strict=True)):
            cycle = _edition(plan, calendar.next_month(year, month, offset), theme, items)
            Cycle.objects.filter(pk=cycle.pk).update(story_key=origin_of(story))
    cycles.run_due(clock.now())


def _items() -> dict[str, Item]:
    found = {}
    for sku, zh, en, maker_zh, maker_en, art, digital, on_hand in ITEMS:
        found[sku], new = Item.objects.get_or_create(
            sku=sku,
            defaults={
                "name_zh": zh, "name_en": en, "maker_zh": maker_zh, "maker_en": maker_en,
                "art": art, "digital": digital, "on_hand": on_hand, "family": sku.partition("-")[0], "weight": 200,
                "cost": 0 if digital else 2600, "value": 0 if digital else 5200, "origin": "CN", "hs6": "" if digital else HS6[art],
            },
        )  # fmt: skip
        if new and on_hand:
            StockEntry.objects.create(item=found[sku], delta=on_hand, reason="opening", actor="demo", at=clock.now())
    return found


def _edition(plan: BoxPlan, when: tuple[int, int], theme: tuple, items: dict[str, Item]) -> Cycle:  # type: ignore[type-arg]
    theme_zh, theme_en, season_zh, season_en, words_zh, words_en, skus = theme
    dates = calendar.cycle_dates(*when, plan.cutoff_day, plan.zone)
    cycle = Cycle.objects.create(
        plan=plan, period=f"{when[0]}-{when[1]:02d}", theme_zh=theme_zh, theme_en=theme_en, season_zh=season_zh,
        season_en=season_en, words_zh=words_zh, words_en=words_en, opens_at=dates.opens_at, cutoff_at=dates.cutoff_at,
        billed_by=dates.billed_by, ships_on=dates.ships_on,
    )  # fmt: skip
    for order, (sku, (zh, en)) in enumerate(zip(skus, KINDS, strict=True)):
        CycleSlot.objects.create(
            cycle=cycle, order=order, item=items[sku], kind_zh=zh, kind_en=en, blank=order == len(KINDS) - 1
        )
    return cycle


ADDRESS = {"recipient": "闻笛", "phone": "+86 571 0000 0000", "line1": "河坊街 12 号", "city": "杭州", "region": "浙江",
           "postal_code": "310000", "country": "CN"}  # fmt: skip


def seed_address(step: Callable[[str], None]) -> None:
    """The demo's subscriber has an address, its packers their rights; running it again changes nothing."""
    group, _ = Group.objects.get_or_create(name="Fulfilment")
    wanted = ["change_boxorder", "change_cycle", "view_item", "change_item", "add_item"]
    group.permissions.add(*Permission.objects.filter(codename__in=wanted, content_type__app_label="boxes"))
    for box in BoxSubscription.objects.filter(account__email="subscriber@example.com", line1=""):
        step("an address")
        subscribing.change_address(box=box, address=ADDRESS, actor="demo")
    cycles.run_due(clock.now())
