"""Letters leave: prepared when due, then handed over batch by batch, each mail noted before and after.

Nothing here is remembered by a process alone. A batch is claimed and committed before a mail server is spoken to; each
delivery is noted as being handed over, and committed, before its mail is given away. So a worker that dies leaves one
mail at most of which nobody knows, and that one waits for a person.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from editorial.letters.actions import freezing
from editorial.letters.actions.handing import hand_over
from editorial.letters.actions.moving import HOUSE, locked, move, move_batch, note
from editorial.letters.actions.stopping import doubt
from editorial.letters.enums import OPEN_BATCHES, BatchState, CampaignState, DeliveryState, StopReason
from editorial.letters.models import Batch, Campaign, Delivery
from editorial.letters.queries import balance

log = logging.getLogger("editorial.letters")
STALE_AFTER = timedelta(minutes=5)  # more than a mail server may take for one mail, many times EMAIL_TIMEOUT
TURN = 40.0  # seconds after which a sweep takes no further batch: others wait behind it


def run_due(now: datetime) -> int:
    """Everything that is due at this business time; answers how many mails were handed over. Safe in many workers."""
    began = time.monotonic()
    for pk in _ids(Campaign.objects.filter(state=CampaignState.SCHEDULED, scheduled_at__lte=now)):
        freezing.begin(pk, now)
    for pk in _ids(Campaign.objects.filter(state=CampaignState.PREPARING)):
        freezing.freeze(pk, now)
    mend_stale()
    sent = 0
    for batch in _claimed():
        sent += hand_over(batch)
        if time.monotonic() - began > TURN:
            break
    for pk in _ids(Campaign.objects.filter(state=CampaignState.SENDING)):
        finish(pk)
    return sent


def _ids(rows: QuerySet[Campaign]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _claimed() -> Iterator[Batch]:
    """Batches that are due, claimed one after the other; of two workers that reach for one, one gets it."""
    tried: set[int] = set()
    while True:
        due = Batch.objects.filter(
            state=BatchState.QUEUED, due_at__lte=timezone.now(), campaign__state=CampaignState.SENDING
        )
        pk = due.exclude(pk__in=tried).order_by("campaign__scheduled_at", "number").values_list("pk", flat=True).first()
        if pk is None:
            return
        tried.add(pk)
        batch = claim(pk)
        if batch is not None:
            yield batch


def claim(pk: int) -> Batch | None:
    """Take a batch for this worker, committed at once; None when another was quicker."""
    batch = Batch.objects.get(pk=pk)
    if batch.state != BatchState.QUEUED:
        return None
    token, now = uuid.uuid4(), timezone.now()
    taken = move_batch(batch, BatchState.SUBMITTING, claim=token, beat_at=now)
    return batch if taken else None


def mend_stale() -> int:
    """Batches of workers that died. Where a mail is in doubt the batch and its letter wait for a person; where none is,
    the rest simply goes on. Answers how many were found."""
    found = 0
    silent = Batch.objects.filter(state=BatchState.SUBMITTING, beat_at__lt=timezone.now() - STALE_AFTER)
    for batch in silent:
        with transaction.atomic():
            row = locked(batch.campaign_id)
            if Delivery.objects.filter(batch=batch, state=DeliveryState.SUBMITTING).exists():
                found += doubt(row, batch, "the worker died")
            elif move_batch(batch, BatchState.QUEUED, due_at=timezone.now()):
                note(row.pk, actor=HOUSE, what="resumed", text=f"batch {batch.number}")
                found += 1
    return found


@transaction.atomic
def finish(pk: int) -> bool:
    """A letter without open batches is sent, if its numbers add up; else it stops for a person."""
    row = locked(pk)
    if row.state != CampaignState.SENDING or row.batches.filter(state__in=OPEN_BATCHES).exists():
        return False
    found = balance(row)
    if not found.settled:
        text = f"{found.candidates} ≠ {found.submitted} + {found.excluded}"
        log.error("letter %s: the numbers do not add up: %s", row.pk, text)
        move(row, CampaignState.STOPPED, actor=HOUSE, reason=StopReason.BALANCE, text=text)
        return False
    text = f"{found.candidates} = {found.submitted} + {found.excluded}"
    move(row, CampaignState.SENT, actor=HOUSE, text=text, finished_at=timezone.now())
    return True
