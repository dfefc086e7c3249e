"""A worker that dies between storing an event and handling it, or halfway through: nothing is lost, nothing doubled."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from membership import entitlements
from subscriptions.billing import catalogue, demo, gateway, inbox, joining
from subscriptions.billing.enums import EventState
from subscriptions.billing.models import Event, PlanPrice, Subscription
from tests.billing.conftest import Till
from tests.factories.accounts import person
from tests.factories.membership import tiers
from tests.sandbox.conftest import Receiver, Running

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent

# A worker of its own process. It stops dead (SIGKILL) at the given moment, as a machine without power would.
WORKER = """
import os, signal, sys
import django
django.setup()
from subscriptions.billing import inbox, sync, entitling
moment = sys.argv[1]
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "before the fetch":
    inbox.HANDLERS.update({name: die for name in inbox.HANDLERS})
elif moment == "inside the transaction":
    entitling.follow = die
elif moment == "before marking done":
    inbox._finish = die
inbox.drain_due()
"""


@pytest.fixture
def till(tmp_path: Path, settings: Any):
    """A sandbox and our catalogue, on committed rows that another process sees."""
    running = Running(tmp_path / "sandbox.sqlite3", Receiver())
    settings.STRIPE_API_BASE, settings.VAR = running.base, tmp_path
    gateway.reset()
    tiers()
    demo.plans()
    catalogue.push()
    found = Till(running)
    found.deliver()
    yield found
    gateway.reset()
    running.stop()
    running.receiver.server.shutdown()
    running.receiver.server.server_close()


def worker(moment: str, base: str) -> int:
    """Run the worker against the test database; answers its exit code (negative: killed)."""
    own = connection.settings_dict
    url = f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test",
           "STRIPE_API_BASE": base}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, moment], cwd=ROOT, env=env, capture_output=True, timeout=120
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


@pytest.mark.parametrize("moment", ["before the fetch", "inside the transaction", "before marking done"])
def test_a_killed_worker_loses_nothing_and_the_next_one_finishes(till: Till, moment: str) -> None:
    account, price = person(), PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    started = joining.start(account=account, wish=joining.Wish(price=price))
    till.pay(started.session_url)
    till.deliver(drain=False)
    waiting = Event.objects.filter(state=EventState.RECEIVED).count()
    assert waiting > 0
    assert worker(moment, till.sandbox.base) == -signal.SIGKILL
    assert Event.objects.filter(state=EventState.RECEIVED).exists()
    if moment == "inside the transaction":
        assert not Subscription.objects.exists() and not entitlements.has(account, "stories:all")
    assert worker("never", till.sandbox.base) == 0
    entitlements.forget(account)
    assert entitlements.has(account, "stories:all")
    assert Subscription.objects.filter(account=account).count() == 1
    assert not Event.objects.filter(state__in=[EventState.RECEIVED, EventState.PARKED]).exists()


def test_a_broker_that_is_away_does_not_hold_the_webhook_and_the_sweep_finds_the_row(till: Till, settings: Any) -> None:
    from config.celery import app

    account, price = person(), PlanPrice.objects.select_related("plan").get(lookup_key="companion-month")
    started = joining.start(account=account, wish=joining.Wish(price=price))
    till.pay(started.session_url)
    before, app.conf.broker_url = app.conf.broker_url, "redis://127.0.0.1:9/0"
    try:
        began = time.monotonic()
        till.deliver(drain=False)
        assert time.monotonic() - began < 20
    finally:
        app.conf.broker_url = before
    assert Event.objects.filter(state=EventState.RECEIVED).exists()
    from ground import clock
    from ground.tasks import run_due

    run_due(clock.now())
    assert entitlements.has(account, "stories:all")
    assert inbox.drain_due() == 0
