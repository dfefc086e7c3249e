"""Who gets a letter is decided once, in one statement, and written down."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from accounts.models import User
from editorial.letters import queries
from editorial.letters.actions.moving import HOUSE, locked, move
from editorial.letters.addresses import hash_of
from editorial.letters.enums import CampaignState, DeliveryState, Exclusion
from editorial.letters.models import Batch, Campaign, Delivery, Suppression

BATCH = 500  # mails that one worker takes at a time


def begin(campaign_id: int, now: datetime) -> bool:
    """A scheduled letter whose time has come is being prepared; answers whether this call moved it."""
    with transaction.atomic():
        row = locked(campaign_id)
        if row.state != CampaignState.SCHEDULED or row.scheduled_at is None or row.scheduled_at > now:
            return False
        move(row, CampaignState.PREPARING, actor=HOUSE)
    return True


@transaction.atomic
def freeze(campaign_id: int, now: datetime) -> int:
    """Write down every reader of a letter that is being prepared, and let it go; answers how many.

    All or nothing: killed anywhere in here, nothing was written and the next worker does it. Two at once: the second
    waits for the row and finds the work done.
    """
    row = locked(campaign_id)
    if row.state != CampaignState.PREPARING:
        return 0
    _insert(row, now)
    candidates = Delivery.objects.filter(campaign=row).count()
    _cut(row)
    move(row, CampaignState.SENDING, actor=HOUSE, text=f"{candidates}", candidates=candidates, frozen_at=now)
    return candidates


def frozen(campaign: Campaign, at: datetime) -> QuerySet[User]:
    """The candidates, each with `reason`: empty, or why they are left out."""
    own = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    held_back = Suppression.objects.filter(address_hash=OuterRef("hash"))
    return queries.wanting(campaign, at).annotate(
        hash=hash_of("email"),
        reason=Case(
            When(is_active=False, then=Value(Exclusion.INACTIVE.value)),
            When(~Exists(own), then=Value(Exclusion.UNVERIFIED.value)),
            When(Exists(held_back), then=Value(Exclusion.SUPPRESSED.value)),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def _insert(campaign: Campaign, at: datetime) -> None:
    """One INSERT … SELECT: the list is of one moment, and the constraint refuses anybody twice."""
    excluded = When(reason__gt="", then=Value(DeliveryState.EXCLUDED.value))
    columns = {
        "campaign_id": Value(campaign.pk, output_field=IntegerField()),
        "account_id": F("pk"),
        "language": F("tongue"),
        "state": Case(excluded, default=Value(DeliveryState.QUEUED.value), output_field=CharField()),
        "reason": F("reason"),
        "address_hash": Value("", output_field=CharField()),
    }
    known = [code for code, _ in settings.LANGUAGES]
    tongue = Case(When(language__in=known, then=F("language")), default=Value(settings.LANGUAGE_CODE), output_field=CharField())  # fmt: skip
    people = frozen(campaign, at).annotate(tongue=tongue)
    people = people.annotate(**{f"c_{name}": value for name, value in columns.items()})
    rows = people.order_by("pk").values_list(*(f"c_{name}" for name in columns))
    select, params = rows.query.sql_with_params()
    table, quote = Delivery._meta.db_table, connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(table)} ({names}) {select}", params)


def _cut(campaign: Campaign) -> None:
    """Batches of those who wait, in the order in which they were written down."""
    waiting = Delivery.objects.filter(campaign=campaign, state=DeliveryState.QUEUED, batch=None).order_by("pk")
    due, number = timezone.now(), 0
    while first := list(waiting.values_list("pk", flat=True)[:BATCH]):
        number += 1
        batch = Batch.objects.create(campaign=campaign, number=number, due_at=due)
        Delivery.objects.filter(campaign=campaign, state=DeliveryState.QUEUED, batch=None, pk__lte=first[-1]).update(
            batch=batch
        )
