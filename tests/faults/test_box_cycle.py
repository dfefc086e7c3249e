"""`run_box_cycle` killed at each phase and run again: what stands at the end is what an undisturbed run leaves."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from ground import clock
from subscriptions.boxes.actions import cycles, stock
from subscriptions.boxes.enums import BoxState, CycleState, OrderState
from subscriptions.boxes.models import BoxOrder, BoxSubscription, Credit, Cycle, Item, Move, Skip, StockEntry
from tests.boxes.conftest import shelf
from tests.factories.boxes import paid_orders

__all__ = ["shelf"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from subscriptions.boxes.actions import allocation, credits, cycles, moving
moment, day = sys.argv[1:]
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
def after(real):
    def wrapped(*a, **k):
        real(*a, **k)
        die()
    return wrapped
if moment == "among the locks":
    cycles._snapshot = die
elif moment == "before the credits":
    cycles.spend_all = die
elif moment == "after the credits":
    cycles.spend_all = after(credits.spend_all)
elif moment == "after the lock":
    cycles.lock = after(cycles.lock)
elif moment == "before the billing":
    cycles._move_on = die
elif moment == "while giving up":
    cycles.give_up_waiting = after(cycles.give_up_waiting)
elif moment == "after allocating":
    allocation.allocate_all = after(allocation.allocate_all)
call_command("run_box_cycle", on=__import__("datetime").date.fromisoformat(day))
"""
MOMENTS = ["among the locks", "before the credits", "after the credits", "after the lock", "before the billing", "while giving up",
           "after allocating"]  # fmt: skip


def run(moment: str, cycle: Cycle) -> int:
    """Run the command against the test database; answers its exit code, negative when it was killed."""
    own = connection.settings_dict
    url = f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    day = str((cycle.billed_by + timedelta(days=1)).date())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, moment, day], cwd=ROOT, env=env, capture_output=True, timeout=120
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


@pytest.fixture
def month(shelf: Cycle) -> Cycle:
    """Six boxes: three with a credit, one skipped, one whose payment is open for too long, one that nobody paid."""
    orders = paid_orders(shelf, 6)
    BoxOrder.objects.update(state=OrderState.PROJECTED)
    for number, order in enumerate(orders[:3]):
        Credit.objects.create(subscription=order.subscription, source=f"il_{number}", granted_at=clock.now())
    Skip.objects.create(subscription=orders[3].subscription, cycle=shelf, created_at=clock.now())
    BoxSubscription.objects.filter(pk=orders[4].subscription_id).update(state=BoxState.SUSPENDED)
    for item in Item.objects.filter(digital=False):
        StockEntry.objects.filter(item=item).update(delta=item.on_hand)
    return shelf


WANTED = [OrderState.ALLOCATED] * 3 + [OrderState.SKIPPED, OrderState.ON_HOLD, OrderState.UNPAID]


@pytest.mark.parametrize("moment", ["never", *MOMENTS])
def test_killed_anywhere_and_run_again_it_ends_where_an_undisturbed_run_ends(month: Cycle, moment: str) -> None:
    assert run(moment, month) == (0 if moment == "never" else -signal.SIGKILL)
    for _ in range(2):
        while cycles.run_due(month.billed_by + timedelta(days=1)):
            pass
    assert list(BoxOrder.objects.order_by("pk").values_list("state", flat=True)) == WANTED
    month.refresh_from_db()
    assert month.state == CycleState.REVIEW
    assert Credit.objects.exclude(order=None).count() == 3
    subjects = Move.objects.values_list("subject", "before", "after")
    assert len(subjects) == len(set(subjects)), "no move is made twice"
    assert not stock.verify_stock()
    assert Item.objects.get(sku="cup-plum").allocated == 3
