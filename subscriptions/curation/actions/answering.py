"""What a reader says of traits."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from ground import clock
from subscriptions.curation.enums import Answer, TraitKind
from subscriptions.curation.models import Stance, Trait

STANCE = {TraitKind.EXCLUSION: Answer.NEVER, TraitKind.TASTE: Answer.LIKE}


@transaction.atomic
def answer(*, account: User, asked: Iterable[int], said: Iterable[int]) -> int:
    """Keep the answers to the traits that were asked: those in `said` count, the others of them count no more.

    What was not on the page stays as it was: a trait that came since, one that is no longer asked. Answers how many
    answers stand for what was asked.
    """
    wanted = set(said)
    traits = list(Trait.objects.filter(pk__in=set(asked), active=True))
    off = [t.pk for t in traits if t.pk not in wanted]
    Stance.objects.filter(account=account, trait__in=off).delete()
    now = clock.now()
    rows = [
        Stance(account=account, trait=t, stance=STANCE[TraitKind(t.kind)], at=now) for t in traits if t.pk in wanted
    ]
    Stance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "trait"], update_fields=["stance", "at"]
    )
    return len(rows)
