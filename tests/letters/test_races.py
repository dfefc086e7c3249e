"""Several workers at once, and workers that are really killed: on PostgreSQL, in threads and processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from editorial.letters.actions import choosing, freezing, planning, sending
from editorial.letters.enums import BatchState, CampaignState, DeliveryState, How
from editorial.letters.models import Batch, Campaign, Delivery, Rendering
from editorial.letters.queries import balance
from ground import clock
from tests.letters.backends import Post
from tests.letters.conftest import compose, lapse, make_newsletter, readers, run, two_languages
from tests.races.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent


def scheduled(people: int, batch: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Campaign, list[Any]]:
    monkeypatch.setattr(freezing, "BATCH", batch)
    newsletter = make_newsletter()
    found = readers(newsletter, people)
    campaign = compose(newsletter, two_languages()[0])
    planning.schedule(campaign=campaign, at=None, actor="test")
    return campaign, found


def test_many_workers_share_one_letter_and_nobody_gets_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, people = scheduled(40, 3, monkeypatch)
    Post.before = lambda mail: time.sleep(0.005)
    found = at_once([run] * 6)
    assert not [f for f in found if isinstance(f, BaseException)], found
    run()
    campaign.refresh_from_db()
    assert Counter(Post.addresses()) == Counter(p.email for p in people)
    assert campaign.state == CampaignState.SENT and balance(campaign).settled
    assert sum(found) == 40 and len([n for n in found if n]) > 1  # it was shared indeed
    assert Rendering.objects.count() == 1


def test_control_without_the_claim_a_batch_is_handed_over_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, _people = scheduled(6, 6, monkeypatch)
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    given: list[str] = []

    def careless() -> None:
        for delivery in Delivery.objects.filter(state=DeliveryState.QUEUED).select_related("account"):
            time.sleep(0.01)
            given.append(delivery.account.email)
            Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.EXCLUDED, reason="cancelled")

    at_once([careless] * 4)
    assert max(Counter(given).values()) > 1


def test_two_workers_freeze_a_letter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, _people = scheduled(12, 5, monkeypatch)
    assert sorted(at_once([lambda: freezing.begin(campaign.pk, clock.now())] * 4)) == [False, False, False, True]
    assert sorted(at_once([lambda: freezing.freeze(campaign.pk, clock.now())] * 4)) == [0, 0, 0, 12]
    assert Delivery.objects.count() == 12 and Batch.objects.count() == 3


def test_of_many_claims_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, _people = scheduled(2, 5, monkeypatch)
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    pk = Batch.objects.get().pk
    assert len([b for b in at_once([lambda: sending.claim(pk)] * 8) if b is not None]) == 1


def test_taking_back_and_preparing_at_once_end_in_one_of_the_two(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, people = scheduled(3, 5, monkeypatch)
    at_once([lambda: planning.take_back(campaign=campaign, actor="staff:1"), run])
    campaign.refresh_from_db()
    assert (campaign.state, len(Post.taken)) in {(CampaignState.DRAFT, 0), (CampaignState.SENT, len(people))}


def test_choosing_twice_at_once_makes_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    from editorial.letters.models import LetterChoice
    from tests.factories.accounts import person

    make_newsletter()
    account = person()
    found = at_once([lambda: choosing.choose(account=account, wanted=["monthly"], how=How.ACCOUNT)] * 5)
    assert found == [None] * 5 and LetterChoice.objects.count() == 1


# A worker of its own process. It stops dead at the given mail, as a machine without power would.
WORKER = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from ground import clock
from editorial.letters.actions import sending
from accounts import mailbox
number, when = int(sys.argv[1]), sys.argv[2]
real, calls = mailbox.FolderBackend.send_messages, []
def send(self, mails):
    calls.append(1)
    if len(calls) == number and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(self, mails)
    if len(calls) == number and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return done
mailbox.FolderBackend.send_messages = send
settings.EMAIL_BACKEND, settings.MAILBOX = "accounts.mailbox.FolderBackend", sys.argv[3]
sending.run_due(clock.now())
"""


def worker(number: int, when: str, folder: Path) -> int:
    own = connection.settings_dict
    url = f"postgres://{own['USER']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "YAJI_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(number), when, str(folder)],
        cwd=ROOT, env=env, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
    return done.returncode


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_within_a_mail_leaves_one_in_doubt_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, when: str
) -> None:
    from editorial.letters.actions import deciding

    campaign, people = scheduled(7, 3, monkeypatch)
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    assert worker(5, when, tmp_path) == -signal.SIGKILL
    assert Delivery.objects.filter(state=DeliveryState.SUBMITTING).count() == 1
    assert Delivery.objects.filter(state=DeliveryState.SUBMITTED).count() == 4
    lapse()
    assert worker(0, "never", tmp_path) == 0
    batch = Batch.objects.get(state=BatchState.AMBIGUOUS)
    decision = deciding.Decision.SENT if when == "after" else deciding.Decision.AGAIN
    deciding.decide(batch=batch, decision=decision, actor="staff:1")
    lapse()
    assert worker(0, "never", tmp_path) == 0
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT and balance(campaign).settled
    letters = [file.read_bytes().decode() for file in tmp_path.glob("*.eml")]
    got = Counter(account.email for account in people for text in letters if f"<{account.email}>" in text)
    assert got == Counter(p.email for p in people)
