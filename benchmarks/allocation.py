"""What goes into a hundred thousand boxes, chosen by rules at once, on PostgreSQL.

    ./run bench allocation                                      100,000 boxes of 5 things, 12 million that people have
    YAJI_BOXES=5000 YAJI_HAD=200000 ./run bench allocation      smaller

Every box has five compartments with four candidates each, a quarter of all readers refuse something, a third like
something, and every sixth candidate is scarce. The run is measured as the box clock makes it: locks, rules, drafts,
what lies in the boxes, moves, promises. Beside it a sample of boxes is allocated row by row, with the same rules and
the usual queries, and multiplied.
"""

import json
import os
import resource
import time
from typing import Any

from benchmarks import apart

BOXES, HAD = int(os.environ.get("YAJI_BOXES", "100000")), int(os.environ.get("YAJI_HAD", "12000000"))
SLOTS, CANDIDATES, SAMPLE, LIMIT_S, LIMIT_MB = 5, 4, 300, 60.0, 300

PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, public_id, email, name, language, auth_epoch, is_staff, is_active, created_at)
SELECT '!', false, gen_random_uuid(), 'box-' || n || '@example.com', '匣' || n, 'zh-hans', 0, false, true, now()
FROM generate_series(1, %s) AS n"""
BOXES_OF_THEM = """
INSERT INTO boxes_boxsubscription (account_id, plan_id, state, recipient, phone, line1, line2, city, region, postal_code, country,
                                   created_at)
SELECT id, %s, 'active', '', '', '', '', '', '', '', '', now() FROM accounts_user WHERE email LIKE 'box-%%' ORDER BY id"""
ORDERS = """
INSERT INTO boxes_boxorder (cycle_id, subscription_id, seq, kind, state, address, own_address, flag, carrier, tracking, created_at, changed_at)
SELECT %s, id, 1, 'cycle', 'paid', '{}', false, '', '', '', now(), now() FROM boxes_boxsubscription ORDER BY id LIMIT %s"""
CREDITS = """
INSERT INTO boxes_credit (subscription_id, source, seq, kind, why, order_id, granted_at)
SELECT subscription_id, 'bench-' || id, 1, 'paid', '', id, now() - ((id * 7919) %% 100000) * interval '1 second'
FROM boxes_boxorder WHERE cycle_id = %s"""
THINGS = """
INSERT INTO boxes_item (sku, name_zh, name_en, maker_zh, maker_en, art, digital, family, weight, hs6, origin, value, cost,
                        currency, reorder_at, on_hand, allocated)
SELECT 'thing-' || n, '', '', '', '', '', false, 'family-' || n %% 40, 0, '69120' || n %% 10, '', 0, 0, 'CNY', 0, 10000000, 0
FROM generate_series(1, %s) AS n"""
OWNED = """
INSERT INTO curation_had (account_id, item_id, at, source)
SELECT u.id, i.id, now(), 'box' FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_user) u
JOIN LATERAL (SELECT %(first)s + (u.n * 31 + k * 7) %% %(things)s AS id FROM generate_series(1, %(each)s) AS k) i ON true
ON CONFLICT DO NOTHING"""
STANCES = """
INSERT INTO curation_stance (account_id, trait_id, stance, at)
SELECT u.id, t.id, CASE WHEN u.id %% 4 = 0 THEN 'never' ELSE 'like' END, now() FROM accounts_user u
JOIN curation_trait t ON t.id %% 5 = u.id %% 5 WHERE u.id %% 4 = 0 OR u.id %% 3 = 0"""


def prepare() -> Any:
    """Readers, things, answers, what everybody has, and an edition whose boxes are paid; answers the edition."""
    from django.db import connection

    from ground import clock
    from subscriptions.boxes.models import BoxPlan, Item
    from subscriptions.curation.models import ItemTrait, Trait

    now = clock.now()
    plan = BoxPlan.objects.create(slug="bench", name_zh="测", name_en="Bench")
    things = 400
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [BOXES])
        cursor.execute(BOXES_OF_THEM, [plan.pk])
        cursor.execute(THINGS, [things])
        items = list(Item.objects.order_by("pk"))
        each = min(things * 2 // 3, max(1, HAD // BOXES))
        cursor.execute(OWNED, {"first": items[0].pk, "things": things, "each": each})
    traits = [Trait.objects.create(slug=f"trait-{n}", name_zh="", name_en="") for n in range(10)]
    ItemTrait.objects.bulk_create(ItemTrait(item=i, trait=traits[i.pk % 10]) for i in items)
    with connection.cursor() as cursor:
        cursor.execute(STANCES, [])
    cycles = {count: edition(plan, items, number, count, now) for number, count in enumerate((BOXES // 10, BOXES))}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return cycles


def edition(plan: Any, items: list[Any], number: int, count: int, now: Any) -> Any:
    """A cycle of so many paid boxes; every sixth candidate is there for a seventh of them."""
    from datetime import timedelta

    from django.db import connection

    from subscriptions.boxes.models import Cycle, CycleSlot, Item
    from subscriptions.curation.models import SlotChoice

    cycle = Cycle.objects.create(plan=plan, period=f"2026-{number + 1:02d}", state="allocating", ships_on=now.date(), opens_at=now,
                                 cutoff_at=now + timedelta(1), billed_by=now + timedelta(2))  # fmt: skip
    mine = items[number * 100 : number * 100 + SLOTS * CANDIDATES]
    for place in range(SLOTS):
        own = mine[place * CANDIDATES : (place + 1) * CANDIDATES]
        slot = CycleSlot.objects.create(cycle=cycle, order=place, item=own[0], kind_zh="", kind_en="")
        SlotChoice.objects.bulk_create(SlotChoice(slot=slot, item=i, order=n) for n, i in enumerate(own[1:]))
    Item.objects.filter(pk__in=[i.pk for i in mine[::6]]).update(on_hand=count // 7)
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, [cycle.pk, count])
        cursor.execute(CREDITS, [cycle.pk])
    return cycle


def row_by_row(cycle: Any) -> float:
    """Seconds of a box when each is chosen by itself: its rules, its stock, its rows. Rolled back."""
    from django.db import transaction
    from django.db.models import F

    from subscriptions.boxes.actions.moving import move
    from subscriptions.boxes.models import BoxOrder, Item, OrderItem
    from subscriptions.curation.models import Had, ItemTrait, Stance

    slots = list(cycle.slots.prefetch_related("choices"))
    orders = list(BoxOrder.objects.filter(cycle=cycle, state="paid").select_related("subscription", "cycle")[:SAMPLE])
    began = time.perf_counter()
    with transaction.atomic():
        for order in orders:
            account = order.subscription.account_id
            offered = {i for s in slots for i in (s.item_id, *(c.item_id for c in s.choices.all()))}
            barred = set(Had.objects.filter(account=account, item__in=offered).values_list("item", flat=True))
            nevers = Stance.objects.filter(account=account, stance="never").values("trait")
            barred |= set(ItemTrait.objects.filter(trait__in=nevers, item__in=offered).values_list("item", flat=True))
            kinds: set[str] = set()
            for slot in slots:
                for one in (slot.item_id, *(c.item_id for c in slot.choices.all())):
                    thing = None if one in barred else Item.objects.select_for_update().get(pk=one)
                    if thing and thing.family not in kinds and thing.free:
                        Item.objects.filter(pk=one).update(allocated=F("allocated") + 1)
                        OrderItem.objects.create(order=order, item=thing)
                        kinds.add(thing.family)
                        break
            move(order, "allocated", actor="bench", cause="row by row")
        seconds = (time.perf_counter() - began) / max(1, len(orders))
        transaction.set_rollback(True)
    return seconds


def measure() -> dict[str, Any]:
    """The row of the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from subscriptions.boxes.actions import allocation, stock
    from subscriptions.curation.models import DraftLine, Had

    began = time.perf_counter()
    cycles = prepare()
    print(
        f"  allocation: {Had.objects.count():,} rows of what people have, laid out in {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    alone, took = row_by_row(cycles[BOXES]), {}
    for count, cycle in cycles.items():
        began = time.perf_counter()
        served, short = allocation.allocate(cycle, actor="bench")
        took[count] = time.perf_counter() - began
        lines = DraftLine.objects.filter(draft__cycle=cycle)
        print(f"  allocation, {count:,} boxes: {took[count]:.1f} s, {1000 * took[count] / count:.3f} ms a box; {served:,} whole, "
              f"{short:,} short, {lines.filter(how='choice').count():,} other candidates", flush=True)  # fmt: skip
    began = time.perf_counter()
    allocation.allocate(cycle, actor="bench")
    print(f"  allocation, once more: {time.perf_counter() - began:.1f} s", flush=True)
    drifts = [d for d in stock.verify_stock() if d.allocated_by_rows != d.item.allocated]
    assert not drifts, drifts[:3]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = alone * BOXES
    print(f"  allocation, row by row: {1000 * alone:.1f} ms a box in a sample of {SAMPLE}, {rows:.0f} s for all; this process "
          f"took {memory} MB at most", flush=True)  # fmt: skip
    seconds = took[BOXES]
    return {
        "name": f"allocation of {BOXES:,} boxes", "unit": "s", "value": round(seconds, 1), "limit": round(rows, 1),
        "limit_name": "row by row, a sample multiplied", "ratio": round(seconds / rows, 3),
        "target": f"{LIMIT_S:.0f} s, {LIMIT_MB} MB", "ok": seconds <= LIMIT_S and memory <= LIMIT_MB,
    }  # fmt: skip


def run() -> dict[str, Any]:
    """Measure in a process of its own."""
    return apart.measured("benchmarks.allocation")


if __name__ == "__main__":
    print(json.dumps(measure()))
