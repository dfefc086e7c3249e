"""The board and the page of a cycle with a hundred thousand orders: time on the server for a whole page, on PostgreSQL.

    ./run bench board                        100,000 orders
    YAJI_ORDERS=5000 ./run bench board       smaller

One cycle holds all of them, in the states of a packing day; addresses, names and flags are spread as they are in life. Each
way to look is asked in turn: everything, a state, a country, a name, an e-mail, a number, the last page. Then the whole
cycle is packed and shipped as the buttons do it. The limit is the count by state alone, which every page needs.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks import apart

ORDERS, ROUNDS, GOAL, THINGS = int(os.environ.get("YAJI_ORDERS", "100000")), 12, 200.0, 5
PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, public_id, email, name, language, auth_epoch, is_staff, is_active, created_at)
SELECT '!', false, gen_random_uuid(), 'box-' || n || '@example.com', '匣' || n, 'zh-hans', 0, false, true, now()
FROM generate_series(1, %s) AS n"""
BOXES = """
INSERT INTO boxes_boxsubscription (account_id, plan_id, state, recipient, phone, line1, line2, city, region, postal_code, country,
                                   created_at)
SELECT id, %s, 'active', '', '', '', '', '', '', '', '', now() FROM accounts_user WHERE email LIKE 'box-%%' ORDER BY id"""
ROWS = """
INSERT INTO boxes_boxorder (cycle_id, subscription_id, seq, kind, state, address, own_address, flag, carrier, tracking, created_at, changed_at)
SELECT %s, id, 1, 'cycle', CASE WHEN id %% 20 = 0 THEN 'skipped' WHEN id %% 33 = 0 THEN 'short' ELSE 'allocated' END,
       jsonb_build_object('recipient', '收件人' || id, 'line1', id || ' Road', 'city', 'Hangzhou',
                          'country', CASE WHEN id %% 50 = 0 THEN 'JP' ELSE 'CN' END),
       false, CASE WHEN id %% 500 = 0 THEN 'look' ELSE '' END, '', '', now(), now() FROM boxes_boxsubscription ORDER BY id"""
CONTENTS = """
INSERT INTO boxes_orderitem (order_id, item_id, quantity) SELECT o.id, i.id, 1 FROM boxes_boxorder o
CROSS JOIN (SELECT id FROM boxes_item ORDER BY id LIMIT %s) i WHERE o.state = 'allocated'"""
COUNT = "SELECT state, COUNT(*) FROM boxes_boxorder WHERE cycle_id = %s GROUP BY state"


def prepare() -> Any:
    """Readers, a cycle that is being packed with all their boxes, what lies in them; answers the cycle."""
    from datetime import timedelta

    from django.db import connection

    from ground import clock
    from subscriptions.boxes.models import BoxOrder, BoxPlan, Cycle, Item

    now = clock.now()
    plan = BoxPlan.objects.create(slug="bench", name_zh="测", name_en="Bench")
    Item.objects.bulk_create(Item(sku=f"thing-{n}", on_hand=10_000_000) for n in range(THINGS))
    cycles = [
        Cycle.objects.create(plan=plan, period=f"2026-{n + 1:02d}", state="packing" if n == 0 else "planned", ships_on=now.date(),
                             opens_at=now, cutoff_at=now + timedelta(30 * n + 1), billed_by=now + timedelta(30 * n + 2))
        for n in range(12)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [ORDERS])
        cursor.execute(BOXES, [plan.pk])
        cursor.execute(ROWS, [cycles[0].pk])
        cursor.execute(CONTENTS, [THINGS])
        packed = BoxOrder.objects.filter(state="allocated").count()
        Item.objects.update(allocated=packed)
        cursor.execute("VACUUM ANALYZE")
    return cycles[0]


def staff() -> Any:
    """Somebody who may, signed in."""
    from django.test import Client

    from accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("bench@example.com", "bench-bench-bench"))
    return client


def ways(cycle: Any) -> dict[str, str]:
    """Every way to look, by its address."""
    last = cycle.orders.order_by("-pk").values_list("pk", flat=True)[50]
    page = f"/cms/boxes/{cycle.pk}/"
    return {
        "board": "/cms/boxes/", "cycle": page, "a state": f"{page}?state=short", "a country": f"{page}?country=JP",
        "flagged": f"{page}?flag=1", "the last page": f"{page}?after={last}", "a name": f"{page}?q=收件人77",
        "nobody's name": f"{page}?q=Nobody", "an e-mail": f"{page}?q=box-4711@example.com", "a number": f"{page}?q=4711",
        "all cycles": "/cms/boxes/orders/?country=JP&state=allocated",
    }  # fmt: skip


def measure() -> dict[str, Any]:
    """The row of the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from django.db import connection

    from subscriptions.boxes.actions import fulfilment

    began = time.perf_counter()
    cycle = prepare()
    print(f"  board: {ORDERS:,} orders laid out in {time.perf_counter() - began:.0f} s", flush=True)
    client, slowest, lines = staff(), 0.0, []
    for name, address in ways(cycle).items():
        took = [_timed(lambda a=address: _page(client, a)) for _ in range(ROUNDS)][2:]
        worst = statistics.quantiles(took, n=10)[-1]
        slowest = max(slowest, worst)
        lines.append(f"{name}: {statistics.median(took):.0f} ms, slowest tenth {worst:.0f} ms")
    with connection.cursor() as cursor:
        bare = statistics.median(_timed(lambda: cursor.execute(COUNT, [cycle.pk])) for _ in range(ROUNDS))
    steps: dict[str, Callable[[], int]] = {
        "packed": lambda: fulfilment.pack(cycle, actor="bench"), "shipped": lambda: fulfilment.ship(cycle, actor="bench"),
    }  # fmt: skip
    for name, step in steps.items():
        began = time.perf_counter()
        count = step()
        lines.append(f"{count:,} boxes {name} in {time.perf_counter() - began:.1f} s")
    return {
        "name": f"board, {ORDERS:,} orders", "unit": "ms, slowest tenth", "value": round(slowest), "limit": round(bare, 1),
        "limit_name": "the count by state alone", "ratio": round(bare / slowest, 3), "target": f"under {GOAL:.0f} ms",
        "ok": slowest < GOAL, "lines": lines,
    }  # fmt: skip


def _page(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def run() -> dict[str, Any]:
    """Measure in a process of its own."""
    return apart.measured("benchmarks.board")


if __name__ == "__main__":
    print(json.dumps(measure()))
