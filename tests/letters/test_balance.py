"""Whatever a mail server and a worker do: the numbers add up, and nobody gets a letter twice."""

import contextlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editorial.letters.actions import deciding, planning
from editorial.letters.enums import FOR_A_PERSON, BatchState, CampaignState, DeliveryState
from editorial.letters.models import Batch, Campaign, Delivery, Newsletter
from editorial.letters.queries import balance
from tests.letters.backends import Killed, Post, dies, refuses, vanishes
from tests.letters.conftest import compose, lapse, readers, run

pytestmark = pytest.mark.django_db
MOODS = {"dies": dies, "vanishes": vanishes, "refuses": refuses}
_count = iter(range(10_000))


def settle(campaign: Campaign) -> None:
    """A person looks into the server's log and decides rightly."""
    for batch in Batch.objects.filter(campaign=campaign, state__in=FOR_A_PERSON):
        doubtful = (
            Delivery.objects.filter(batch=batch, state=DeliveryState.SUBMITTING).select_related("account").first()
        )
        taken = doubtful is not None and doubtful.account is not None and doubtful.account.email in Post.addresses()
        right = deciding.Decision.SENT if taken else deciding.Decision.AGAIN
        deciding.decide(batch=batch, decision=right, actor="staff:1")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moods=st.dictionaries(st.integers(-14, 14).filter(bool), st.sampled_from(sorted(MOODS)), max_size=4),
    bad=st.dictionaries(st.integers(0, 6), st.sampled_from([450, 550]), max_size=3),
    stops=st.sets(st.integers(1, 6), max_size=2),
)
def test_the_balance_always_holds_and_nobody_is_doubled(
    newsletter: Newsletter, small_batches: Any, moods: dict[int, str], bad: dict[int, int], stops: set[int]
) -> None:
    small_batches(3)
    Post.fresh()
    newsletter.choices.all().delete()
    people = readers(newsletter, 7)
    campaign = compose(newsletter, slug=f"round-{next(_count)}")
    # The server never takes a mail and then clearly refuses it: that would be its lie, not ours.
    Post.moods = {n: MOODS[m] for n, m in moods.items() if n < 0 or m != "refuses"}
    Post.bad = {people[n].email: code for n, code in bad.items()}
    planning.schedule(campaign=campaign, at=None, actor="test")
    for round_ in range(25):
        with contextlib.suppress(Killed):
            run()
        campaign.refresh_from_db()
        if campaign.candidates is not None:
            assert balance(campaign).holds
        if round_ in stops and campaign.state == CampaignState.SENDING:
            planning.stop(campaign=campaign, actor="staff:1")
            assert run() == 0
            planning.go_on(campaign=campaign, actor="staff:1") if not _waits(campaign) else None
        lapse()
        settle(campaign)
        campaign.refresh_from_db()
        if campaign.state == CampaignState.STOPPED and not _waits(campaign):
            planning.go_on(campaign=campaign, actor="staff:1")
    found = balance(campaign)
    assert campaign.state == CampaignState.SENT and found.settled and found.candidates == 7
    counts = Counter(Post.addresses())
    assert set(counts.values()) <= {1}, counts
    assert set(counts) == {d.account.email for d in Delivery.objects.filter(campaign=campaign, state="submitted").select_related("account")}  # fmt: skip
    assert not Batch.objects.filter(campaign=campaign).exclude(state=BatchState.SUBMITTED).exists()
    for account in people:
        account.delete()


def _waits(campaign: Campaign) -> bool:
    return Batch.objects.filter(campaign=campaign, state__in=FOR_A_PERSON).exists()
