"""Numbered pieces: how many claims a second thirty-two buyers make at once, beside a bare counter that all of them raise;
and how many whole reservations, with the limit for one person and the intent of the payment page.

    ./run bench editions

Threads with a connection each, on PostgreSQL. Every claim is one transaction and takes one number; at the end each number
belongs to one sale.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

CLIENTS, CLAIMS, WHOLE, GOAL = 32, 6000, 640, 1000


def _crowd(work: Callable[[int], object], count: int) -> float:
    """So many pieces of work by all clients; answers how many a second."""
    from django.db import connection

    gate, spans = threading.Barrier(CLIENTS), []

    def client(first: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            began = time.perf_counter()
            for number in range(first, count, CLIENTS):
                work(number)
            spans.append((began, time.perf_counter()))
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return count / (max(end for _, end in spans) - min(began for began, _ in spans))


def _bare() -> float:
    """The limit: one row that everybody counts up, one statement each, committed by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_counter")
        cursor.execute("CREATE TABLE bare_counter (n bigint NOT NULL)")
        cursor.execute("INSERT INTO bare_counter VALUES (0)")

    def one(_number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE bare_counter SET n = n + 1 RETURNING n")
            cursor.fetchone()

    rate = _crowd(one, CLAIMS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_counter")
    return rate


def _edition(slug: str, size: int) -> Any:
    from subscriptions.boxes.actions import stock
    from subscriptions.boxes.models import Item
    from subscriptions.shop.actions import offering

    item = Item.objects.create(sku=slug, name_zh="盏", name_en="Bowl")
    stock.receive(item=item, quantity=size, code="bench", actor="bench")
    made = offering.put_on_sale(slug=slug, item=item, kind="edition", size=size, terms=offering.Terms(6800))
    made.plan.prices.update(stripe_price=f"price_{slug}")
    return made


def _people(count: int) -> list[Any]:
    from accounts.models import User

    return User.objects.bulk_create(
        [User(email=f"bench-{os.getpid()}-{n}@example.com", name="Bench") for n in range(count)], batch_size=1000
    )


def _claims(article: Any, account: Any) -> float:
    from ground import clock
    from subscriptions.shop.actions import keeping
    from subscriptions.shop.models import Sale

    now = clock.now()
    sale = Sale.objects.create(account=account, article=article, quantity=1, state="lapsed", amount=6800, currency="CNY",
                               created_at=now, changed_at=now)  # fmt: skip
    taken: list[int] = []
    rate = _crowd(
        lambda _n: taken.extend(keeping.claim(article_id=article.pk, sale_id=sale.pk, quantity=1, until=now)), CLAIMS
    )
    assert sorted(taken) == list(range(1, CLAIMS + 1)), "a number was taken twice, or left out"
    return rate


def _reservations(article: Any, people: list[Any]) -> float:
    from subscriptions.shop.actions import selling
    from subscriptions.shop.models import EditionUnit

    rate = _crowd(lambda n: selling.reserve(account=people[n], article=article, basket=selling.Basket()), WHOLE)
    kept = EditionUnit.objects.filter(article=article, state="held").values_list("sale", flat=True)
    assert len(set(kept)) == WHOLE, "a piece was kept for two"
    return rate


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    people = _people(WHOLE)
    bare = _bare()
    claims = _claims(_edition(f"bench-claims-{os.getpid()}", CLAIMS), people[0])
    whole = _reservations(_edition(f"bench-whole-{os.getpid()}", WHOLE), people)
    shared = {"limit": round(bare), "limit_name": "one counter row, one UPDATE each, 32 clients"}
    return [
        {"name": "edition claims", "unit": "claims/s", "value": round(claims), "ratio": round(claims / bare, 3),
         "target": f">= {GOAL}/s", "ok": claims >= GOAL, **shared},
        {"name": "edition reservations", "unit": "reservations/s", "value": round(whole), "ratio": round(whole / bare, 3),
         "target": "-", "ok": True, **shared},
    ]  # fmt: skip
