"""A worker that dies while it allocates: nothing is half given, and the next one finishes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from subscriptions.boxes.actions import allocation
from subscriptions.boxes.enums import OrderState
from subscriptions.boxes.models import BoxOrder, Item, Move, OrderItem
from subscriptions.curation.models import Draft, DraftLine, Run
from tests.factories.curation import edition, item, paid

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = """
import os, signal, sys
import django
django.setup()
from subscriptions.boxes.actions import allocation
from subscriptions.boxes.models import Cycle
from subscriptions.curation.actions import publishing, running, settling
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
moment = sys.argv[2]
if moment == "while it chooses":
    settling.sum_up = die
elif moment == "before the promise":
    publishing.promise = die
elif moment == "among the moves":
    publishing._tell = die
elif moment == "before the commit":
    running._note = die
allocation.allocate(Cycle.objects.get(pk=int(sys.argv[1])), actor="worker")
"""


def worker(cycle: int, moment: str) -> int:
    """Run it against the test database; answers its exit code, negative when it was killed."""
    own = connection.settings_dict
    url = f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(cycle), moment], cwd=ROOT, env=env, capture_output=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


@pytest.mark.parametrize("moment", ["while it chooses", "before the promise", "among the moves", "before the commit"])
def test_a_run_that_is_killed_leaves_nothing_behind_and_the_next_one_finishes(moment: str) -> None:
    cycle = edition("a", [item("cup", 2), item("tea", 9)])
    for minutes in range(3):
        paid(cycle, minutes=minutes)
    assert worker(cycle.pk, moment) == -signal.SIGKILL
    assert set(BoxOrder.objects.values_list("state", flat=True)) == {OrderState.PAID}
    for model in (Draft, DraftLine, Run, OrderItem, Move):
        assert not model.objects.exists()
    assert not Item.objects.filter(allocated__gt=0).exists()
    assert allocation.allocate(cycle, actor="next") == (2, 1)
    assert worker(cycle.pk, "never") == 0
    assert dict(Item.objects.values_list("sku", "allocated")) == {"cup": 2, "tea": 3}
