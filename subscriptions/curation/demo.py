"""The demo's curation: what readers are asked, what else may lie in the next boxes, who makes things, what was delivered."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import Group, Permission

from accounts.models import User
from ground import clock
from subscriptions.boxes.actions import stock
from subscriptions.boxes.enums import CycleState
from subscriptions.boxes.models import CycleSlot, Item, Lot, StockEntry, Supplier
from subscriptions.curation.enums import Answer, TraitKind
from subscriptions.curation.models import ItemTrait, SlotChoice, Stance, Substitute, Trait

TRAITS = [
    ("lacquer", TraitKind.EXCLUSION, "生漆", "Raw lacquer", "有人碰了会起疹。", "Some people’s skin minds it."),
    ("tea", TraitKind.EXCLUSION, "茶", "Tea", "一杯也睡不着的人，请勾这里。", "For those whom one cup keeps awake."),
    ("wool", TraitKind.EXCLUSION, "羊毛", "Wool", "", ""),
    ("spirits", TraitKind.EXCLUSION, "酒", "Spirits", "", ""),
    ("incense", TraitKind.EXCLUSION, "香", "Incense", "线香、香粉、香囊。", "Sticks, powder, sachets."),
    ("celadon", TraitKind.TASTE, "青瓷", "Celadon", "雨过天青一类的颜色。", "The colours of the sky after rain."),
    ("ink", TraitKind.TASTE, "纸与墨", "Paper and ink", "", ""),
    ("blue", TraitKind.TASTE, "蓝染", "Indigo", "", ""),
    ("sound", TraitKind.TASTE, "可以听的", "Things to listen to", "", ""),
]  # fmt: skip
BY_FAMILY = {
    "cup": "celadon", "bowl": "celadon", "letter": "ink", "print": "ink", "envelope": "ink", "paper": "ink", "tea": "tea",
    "sound": "sound", "cloth": "blue", "scarf": "blue", "dish": "lacquer", "ladle": "lacquer",
}  # fmt: skip
MORE = [  # sku, names, makers, drawing, family, customs heading, on the shelf; the kind of slot in whose place it may lie
    ("cup-ash", "灰釉小杯", "Ash-glazed cup", "周其朗，龙泉秋窑", "Zhou Qilang, Longquan", "item-cup", "cup", "691110", 40),
    ("letter-bark", "构皮信笺六枚", "Six letter sheets of mulberry bark", "汪素槽，泾县", "Wang Sucao, Jing County", "item-letter", "letter", "480240", 60),
    ("tea-smoke", "松烟红茶一罐", "A tin of pine-smoked tea", "林见素，福鼎", "Lin Jiansu, Fuding", "item-tea", "tea", "090240", 60),
    ("honey-lychee", "荔枝蜜一小瓶", "A small jar of lychee honey", "雅集", "Yaji", "item-tea", "honey", "040900", 50),
    ("print-reeds", "《芦声》小画", "Sound of Reeds, small print", "汪素槽", "Wang Sucao", "item-print", "print", "491191", 50),
]  # fmt: skip
INSTEAD = {
    "cup": ["cup-ash"],
    "letter": ["letter-bark"],
    "tea": ["tea-smoke", "honey-lychee"],
    "print": ["print-reeds"],
}
SUPPLIERS = [
    ("龙泉秋窑 Longquan Autumn Kiln", "周其朗", "CN", 45, ("cup", "bowl")),
    ("泾县素纸坊 Jing County Paper", "汪素槽", "CN", 30, ("letter", "print", "envelope", "paper")),
    ("福鼎见素茶 Jiansu Tea", "林见素", "CN", 20, ("tea",)),
]  # fmt: skip
PERMISSIONS = [
    ("boxes", ["add_supplier", "change_supplier", "view_supplier"]),
    ("curation", ["add_trait", "change_trait", "view_trait"]),
]


def seed(step: Callable[[str], None]) -> None:
    """Traits, candidates, suppliers, deliveries, and what the demo's subscriber answered; again it changes nothing."""
    group, _ = Group.objects.get_or_create(name="Fulfilment")
    for app, names in PERMISSIONS:
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=names))
    if Trait.objects.exists():
        return
    step("tastes, candidates and deliveries")
    things = _more()
    _traits()
    _suppliers()
    _candidates(things)
    _deliveries(things)
    _answers()


def _more() -> dict[str, Item]:
    found = {}
    for sku, zh, en, maker_zh, maker_en, art, family, hs6, on_hand in MORE:
        found[sku], new = Item.objects.get_or_create(
            sku=sku,
            defaults={
                "name_zh": zh, "name_en": en, "maker_zh": maker_zh, "maker_en": maker_en, "art": art, "family": family,
                "hs6": hs6, "origin": "CN", "weight": 180, "cost": 2400, "value": 4800, "on_hand": on_hand, "reorder_at": 15,
            },
        )  # fmt: skip
        if new:
            StockEntry.objects.create(item=found[sku], delta=on_hand, reason="opening", actor="demo", at=clock.now())
    return found


def _traits() -> None:
    traits = {
        slug: Trait.objects.create(
            slug=slug, kind=kind, name_zh=zh, name_en=en, words_zh=words_zh, words_en=words_en, order=order
        )
        for order, (slug, kind, zh, en, words_zh, words_en) in enumerate(TRAITS)
    }
    rows = Item.objects.filter(family__in=BY_FAMILY).values_list("pk", "family")
    ItemTrait.objects.bulk_create(
        [ItemTrait(item_id=pk, trait=traits[BY_FAMILY[family]]) for pk, family in rows], ignore_conflicts=True
    )


def _suppliers() -> None:
    for name, contact, country, days, families in SUPPLIERS:
        supplier, _ = Supplier.objects.get_or_create(
            name=name, defaults={"contact": contact, "country": country, "lead_days": days}
        )
        Item.objects.filter(family__in=families, supplier=None, digital=False).update(supplier=supplier)


def _candidates(things: dict[str, Item]) -> None:
    """In the next boxes there is a choice where there is something of the kind; elsewhere something stands in."""
    slots = CycleSlot.objects.filter(
        cycle__state__in=[CycleState.PLANNED, CycleState.OPEN], item__family__in=INSTEAD
    ).select_related("item")
    for slot in slots.exclude(item__in=[one.pk for one in things.values()]):
        choice, *rest = INSTEAD[slot.item.family]
        SlotChoice.objects.get_or_create(slot=slot, item=things[choice], variant=None)
        for order, sku in enumerate(rest):
            Substitute.objects.get_or_create(item=slot.item, other=things[sku], defaults={"order": order})


def _deliveries(things: dict[str, Item]) -> None:
    """A delivery and a broken piece, so that a book has more than its first line."""
    today = clock.now().date()
    for number, item in enumerate(things.values(), start=1):
        if not Lot.objects.filter(item=item).exists():
            item.refresh_from_db()
            stock.receive(
                item=item, quantity=10 * number, code=f"{today:%Y%m}-{number:02d}", unit_cost=2400, actor="demo",
                on=today - timedelta(days=number), why="",
            )  # fmt: skip
            stock.adjust(
                item=item, delta=-1, reason="broken", why="路上碎了一件 / one piece broke on the way", actor="demo"
            )


def _answers() -> None:
    for account in User.objects.filter(email="subscriber@example.com"):
        for slug, stance in (("spirits", Answer.NEVER), ("celadon", Answer.LIKE)):
            trait = Trait.objects.get(slug=slug)
            Stance.objects.get_or_create(account=account, trait=trait, defaults={"stance": stance, "at": clock.now()})
