"""Handing a claimed batch over, mail by mail."""

import logging
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from editorial.letters import composing, messages, refusals, rendering
from editorial.letters.actions.checking import Reader, check
from editorial.letters.actions.moving import move_batch
from editorial.letters.actions.stopping import done, in_doubt, refused
from editorial.letters.actions.suppressing import suppress
from editorial.letters.enums import BatchState, CampaignState, DeliveryState, Exclusion, Trouble
from editorial.letters.models import Batch, Campaign, Delivery, Rendering
from editorial.letters.refusals import Outcome

log = logging.getLogger("editorial.letters")
Mail = tuple[Reader, Rendering, EmailMultiAlternatives]


class Taken(Exception):
    """The claim is gone: somebody holds this worker for dead. It must not write a line more."""


def hand_over(batch: Batch) -> int:
    """Everything that is to be done with a claimed batch; answers how many mails the server took.

    What raises before the first mail is a clear refusal: the batch is tried again later, with a limit.
    """
    connection: Any = None
    try:
        mails = _make(batch)
        connection = get_connection(fail_silently=False)
        connection.open()
    except Exception as error:
        log.warning("letter batch %s: %s", batch.pk, refusals.in_words(error))
        refused(batch, refusals.in_words(error))
        return 0
    try:
        return _give(batch, mails, connection)
    except Taken:
        log.warning("letter batch %s was taken away", batch.pk)
        return 0
    finally:
        _close(connection)


def _close(connection: Any) -> None:
    try:
        connection.close()
    except Exception as error:  # every mail has been noted; how the line ends is of no matter
        log.info("mail connection: %s", refusals.in_words(error))


def _make(batch: Batch) -> list[Mail]:
    """Ask everything again, write down who is left out, and make the mails of the others."""
    campaign = Campaign.objects.select_related("newsletter").get(pk=batch.campaign_id)
    rows = list(Delivery.objects.filter(batch=batch, state=DeliveryState.QUEUED).order_by("pk"))
    readers, left_out = check(campaign, rows, composing.gates(campaign))
    for reason in set(left_out.values()):
        ids = [pk for pk, why in left_out.items() if why == reason]
        _standing(batch, ids, DeliveryState.QUEUED).update(state=DeliveryState.EXCLUDED, reason=reason)
    bodies: dict[tuple[str, frozenset[str]], Rendering] = {}
    made = []
    for reader in readers:
        key = (reader.delivery.language, reader.rights)
        if key not in bodies:
            bodies[key] = rendering.body_for(campaign, *key)
        mail = messages.build(delivery=reader.delivery, account=reader.account, choice=reader.choice,
                              campaign=campaign, body=rendering.composed(bodies[key]))  # fmt: skip
        made.append((reader, bodies[key], mail))
    return made


def _standing(batch: Batch, ids: Sequence[int], state: str) -> QuerySet[Delivery]:
    """These deliveries, while they are in this state and the batch is this worker's."""
    return Delivery.objects.filter(pk__in=ids, state=state, batch__claim=batch.claim)


def _give(batch: Batch, mails: Sequence[Mail], connection: Any) -> int:
    taken, before, trouble = 0, 0, ""
    for mail in mails:
        if not _step(batch, before, mail):
            return taken
        before = 0
        outcome, why = _send(connection, mail[2])
        trouble = why or trouble
        if outcome == Outcome.TAKEN:
            before, taken = mail[0].delivery.pk, taken + 1
        elif outcome == Outcome.DOUBT:
            in_doubt(batch, why)
            return taken
        else:
            _not_taken(batch, mail[0], outcome, why)
            if outcome == Outcome.BACKEND:
                refused(batch, why)
                return taken
    if _step(batch, before, None):
        done(batch, trouble)
    return taken


def _send(connection: Any, mail: EmailMultiAlternatives) -> tuple[Outcome, str]:
    try:
        count = connection.send_messages([mail])
    except Exception as error:
        return refusals.judge(error), refusals.in_words(error)
    # A backend that counts nothing (None) has raised nothing; one that counts 0 says that it sent nothing.
    return (Outcome.TAKEN, "") if count is None or count else (Outcome.BACKEND, "the backend sent nothing")


@transaction.atomic
def _step(batch: Batch, before: int, following: Mail | None) -> bool:
    """Note that the mail `before` was taken and that `following` is given away now, in one commit.

    False when the letter was stopped meanwhile: the batch is given back, nothing more is sent. Raises `Taken`.
    """
    now = timezone.now()
    mine = Batch.objects.filter(pk=batch.pk, state=BatchState.SUBMITTING, claim=batch.claim)
    if not mine.update(beat_at=now):
        raise Taken
    if before:
        noted = Delivery.objects.filter(pk=before, state=DeliveryState.SUBMITTING)
        noted.update(state=DeliveryState.SUBMITTED, submitted_at=now)
    if not Campaign.objects.filter(pk=batch.campaign_id, state=CampaignState.SENDING).exists():
        move_batch(batch, BatchState.QUEUED, due_at=now)
        return False
    if following is not None:
        reader, body, _mail = following
        own = Delivery.objects.filter(pk=reader.delivery.pk, state=DeliveryState.QUEUED)
        own.update(state=DeliveryState.SUBMITTING, rendering=body, address_hash=reader.address_hash)
    return True


@transaction.atomic
def _not_taken(batch: Batch, reader: Reader, outcome: Outcome, why: str) -> None:
    """A clear refusal: an address that does not exist is left out and written to no more; else it waits again."""
    own = _standing(batch, [reader.delivery.pk], DeliveryState.SUBMITTING)
    if outcome != Outcome.ADDRESS:
        own.update(state=DeliveryState.QUEUED)
        return
    own.update(state=DeliveryState.EXCLUDED, reason=Exclusion.REFUSED)
    suppress(address=reader.account.email, trouble=Trouble.REFUSED, source="mail server", note=why, delivery=None)
