"""A letter leaves: to whom, once, with numbers that add up; and what happens when a worker dies."""

import smtplib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from editorial.letters.actions import choosing, deciding, freezing, handing, planning, sending, suppressing
from editorial.letters.actions.moving import NotAllowed
from editorial.letters.enums import BatchState, CampaignState, DeliveryState, Exclusion, How, StopReason, Trouble
from editorial.letters.models import Batch, Campaign, Delivery, LetterChoice, Newsletter, Suppression
from editorial.letters.queries import balance
from ground import clock
from tests.factories.accounts import person
from tests.letters.backends import Killed, Post, dies, refuses, vanishes
from tests.letters.conftest import compose, go, lapse, make_newsletter, readers, run, wants

pytestmark = pytest.mark.django_db


def test_a_letter_reaches_everybody_who_chose_it_and_nobody_else(campaign: Campaign, newsletter: Newsletter) -> None:
    people = readers(newsletter, 3)
    person()
    wants(person(), make_newsletter("other"))
    went = go(campaign)
    assert went.state == CampaignState.SENT
    assert sorted(Post.addresses()) == sorted(p.email for p in people)
    assert went.candidates == 3 and went.frozen_at and went.finished_at


def test_who_is_left_out_is_counted_with_the_reason(campaign: Campaign, newsletter: Newsletter) -> None:
    fine, asleep, unsure, returned = readers(newsletter, 4)
    asleep.is_active = False
    asleep.save()
    unsure.emailaddress_set.update(verified=False)
    suppressing.suppress(address=returned.email.upper(), trouble=Trouble.BOUNCED, source="test")
    went = go(campaign)
    reasons = dict(Delivery.objects.exclude(reason="").values_list("account_id", "reason"))
    assert reasons == {asleep.pk: "inactive", unsure.pk: "unverified", returned.pk: "suppressed"}
    found = balance(went)
    assert (found.candidates, found.submitted, found.excluded) == (4, 1, 3) and found.settled
    assert Post.addresses() == [fine.email]


def test_the_database_refuses_a_second_delivery(campaign: Campaign, newsletter: Newsletter) -> None:
    readers(newsletter, 1)
    go(campaign)
    first = Delivery.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(campaign=campaign, account=first.account, language="en")


def test_a_letter_is_sent_when_its_time_comes_and_not_before(campaign: Campaign, newsletter: Newsletter) -> None:
    from datetime import timedelta

    readers(newsletter, 1)
    at = clock.now() + timedelta(hours=1)
    planning.schedule(campaign=campaign, at=at, actor="test")
    sending.run_due(at - timedelta(seconds=1))
    assert Post.taken == []
    sending.run_due(at)
    assert len(Post.taken) == 1


def test_a_schedule_can_be_taken_back_and_a_draft_alone_be_changed(campaign: Campaign) -> None:
    from django.core.exceptions import ValidationError

    row = planning.schedule(campaign=campaign, at=None, actor="test")
    row.subject_en = "Another"
    with pytest.raises(ValidationError):
        row.save()
    planning.take_back(campaign=campaign, actor="test")
    run()
    assert Post.taken == []
    draft = Campaign.objects.get(pk=campaign.pk)
    draft.subject_en = "Another"
    draft.save()
    draft.refresh_from_db()
    assert draft.subject_en == "Another" and draft.state == CampaignState.DRAFT


def test_saving_a_draft_that_was_open_meanwhile_never_moves_the_letter_back(campaign: Campaign) -> None:
    open_in_a_tab = Campaign.objects.get(pk=campaign.pk)
    other = Campaign.objects.get(pk=campaign.pk)
    other.save()
    Campaign.objects.filter(pk=campaign.pk).update(left=7)
    open_in_a_tab.save()
    campaign.refresh_from_db()
    assert campaign.left == 7


def test_a_letter_that_lacks_something_is_refused_with_every_reason(newsletter: Newsletter, story: Any) -> None:
    draft = compose(newsletter, story, segment="tier:gone", subject_zh="")
    story.unpublish()
    for page in story.get_translations():
        page.unpublish()
    newsletter.archived = True
    newsletter.save()
    with pytest.raises(NotAllowed) as refused:
        planning.schedule(campaign=draft, at=None, actor="test")
    said = str(refused.value)
    assert all(word in said for word in ("archived", "circle", "subject", "After Rain"))
    draft.refresh_from_db()
    assert draft.state == CampaignState.DRAFT


@pytest.mark.parametrize("name", ["stop", "go_on"])
def test_what_cannot_be_done_now_is_refused(campaign: Campaign, name: str) -> None:
    with pytest.raises(NotAllowed):
        getattr(planning, name)(campaign=campaign, actor="test")


def test_who_leaves_between_the_freeze_and_the_batch_gets_nothing(campaign: Campaign, newsletter: Newsletter) -> None:
    stays, leaves, complains, goes, unsure = readers(newsletter, 5)
    planning.schedule(campaign=campaign, at=None, actor="test")
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    choosing.choose(account=leaves, wanted=[], how=How.ACCOUNT)
    suppressing.suppress(address=complains.email, trouble=Trouble.BOUNCED, source="test")
    goes.is_active = False
    goes.save()
    unsure.emailaddress_set.update(verified=False)
    run()
    assert Post.addresses() == [stays.email]
    campaign.refresh_from_db()
    found = balance(campaign)
    assert found.settled and (found.submitted, found.excluded) == (1, 4)
    assert Delivery.objects.get(account=leaves).reason == Exclusion.OPTED_OUT


def test_an_account_erased_while_it_waits_leaves_its_number_only(campaign: Campaign, newsletter: Newsletter) -> None:
    from accounts.actions import erase_account

    gone, stays = readers(newsletter, 2)
    planning.schedule(campaign=campaign, at=None, actor="test")
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    erase_account(account=gone)
    run()
    campaign.refresh_from_db()
    assert Post.addresses() == [stays.email] and campaign.state == CampaignState.SENT
    assert balance(campaign).settled and Delivery.objects.filter(account=None).count() == 1
    assert not LetterChoice.objects.filter(account=gone).exists()


# --- a worker that dies ------------------------------------------------------------------------------------------------


def once_each(people: list[Any]) -> bool:
    return Counter(Post.addresses()) == Counter(p.email for p in people)


SEAMS = [
    (freezing, "_insert"), (freezing, "_cut"), (freezing, "freeze"), (sending, "hand_over"), (handing, "_make"),
    (handing, "check"), (handing, "get_connection"), (sending, "finish"), (handing, "done"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name"), SEAMS, ids=[name for _, name in SEAMS])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_between_mails_loses_nobody_and_doubles_nobody(
    campaign: Campaign, newsletter: Newsletter, small_batches: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, moment: str,
) -> None:  # fmt: skip
    small_batches(2)
    people = readers(newsletter, 5)
    planning.schedule(campaign=campaign, at=None, actor="test")
    real = getattr(module, name)

    def killed(*args: Any, **kwargs: Any) -> Any:
        if moment == "after":
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(module, name, killed)
        run()
    for _ in range(3):
        lapse()
        run()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT and balance(campaign).settled
    assert once_each(people)


@pytest.mark.parametrize("number", [1, 2, 3, 5])
@pytest.mark.parametrize("taken", [True, False])
def test_a_worker_killed_within_a_mail_leaves_that_one_in_doubt_for_a_person(
    campaign: Campaign, newsletter: Newsletter, small_batches: Callable[[int], None], number: int, taken: bool
) -> None:
    small_batches(3)
    people = readers(newsletter, 5)
    Post.moods = {number if taken else -number: dies}
    with pytest.raises(Killed):
        go(campaign)
    Post.moods = {}
    assert Delivery.objects.filter(state=DeliveryState.SUBMITTING).count() == 1
    run()
    assert not Batch.objects.filter(state=BatchState.AMBIGUOUS).exists()  # the worker may still be alive
    before = len(Post.taken)
    lapse()
    run()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.stop_reason) == (CampaignState.STOPPED, StopReason.DOUBT)
    batch = Batch.objects.get(state=BatchState.AMBIGUOUS)
    assert balance(campaign).in_doubt == 1 and balance(campaign).holds
    lapse()
    assert run() == 0 or len(Post.taken) == before
    with pytest.raises(NotAllowed):
        planning.go_on(campaign=campaign, actor="test")
    with pytest.raises(NotAllowed):
        planning.cancel(campaign=campaign, actor="test")

    decision = deciding.Decision.SENT if taken else deciding.Decision.AGAIN  # the person looked into the server's log
    deciding.decide(batch=batch, decision=decision, actor="staff:1")
    run()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENT and balance(campaign).settled
    assert once_each(people)
    assert campaign.events.filter(actor="staff:1", what=f"decided: {decision}").exists()


def test_a_connection_lost_within_a_mail_is_doubt_at_once(campaign: Campaign, newsletter: Newsletter) -> None:
    readers(newsletter, 3)
    Post.moods = {2: vanishes}
    went = go(campaign)
    assert went.stop_reason == StopReason.DOUBT and len(Post.taken) == 2
    assert Batch.objects.get().state == BatchState.AMBIGUOUS
    run()
    assert len(Post.taken) == 2


def test_a_worker_held_for_dead_writes_nothing_more(campaign: Campaign, newsletter: Newsletter) -> None:
    people = readers(newsletter, 3)

    def declared_dead() -> None:
        lapse()
        sending.mend_stale()

    Post.moods = {1: declared_dead}
    went = go(campaign)
    assert went.stop_reason == StopReason.DOUBT
    assert len(Post.taken) == 1  # it noticed before the second mail
    deciding.decide(batch=Batch.objects.get(), decision=deciding.Decision.SENT, actor="staff:1")
    run()
    went.refresh_from_db()
    assert went.state == CampaignState.SENT and once_each(people)


# --- a server that refuses ---------------------------------------------------------------------------------------------


def test_a_server_that_is_away_is_asked_again_and_in_the_end_a_person(
    campaign: Campaign, newsletter: Newsletter
) -> None:
    people = readers(newsletter, 2)
    Post.refuses_connection = True
    went = go(campaign)
    assert went.state == CampaignState.SENDING
    for _ in range(8):
        lapse()
        run()
    went.refresh_from_db()
    assert (went.state, went.stop_reason) == (CampaignState.STOPPED, StopReason.REFUSED)
    batch = Batch.objects.get()
    assert batch.state == BatchState.FAILED and "ConnectionRefusedError" in batch.error
    Post.refuses_connection = False
    deciding.decide(batch=batch, decision=deciding.Decision.AGAIN, actor="staff:1")
    run()
    assert once_each(people)


def test_a_clear_refusal_halfway_goes_on_with_the_rest_later(campaign: Campaign, newsletter: Newsletter) -> None:
    people = readers(newsletter, 4)
    Post.moods = {-3: refuses}
    went = go(campaign)
    assert len(Post.taken) == 2 and went.state == CampaignState.SENDING
    lapse()
    run()
    went.refresh_from_db()
    assert went.state == CampaignState.SENT and once_each(people)


def test_an_address_that_does_not_exist_is_left_out_and_written_to_no_more(
    campaign: Campaign, newsletter: Newsletter
) -> None:
    gone, fine = readers(newsletter, 2)
    Post.bad = {gone.email: 550}
    went = go(campaign)
    assert went.state == CampaignState.SENT and Post.addresses() == [fine.email]
    assert Delivery.objects.get(account=gone).reason == Exclusion.REFUSED
    assert Suppression.objects.get().trouble == Trouble.REFUSED


def test_an_address_refused_for_now_is_tried_again_with_a_limit(campaign: Campaign, newsletter: Newsletter) -> None:
    slow, full, fine = readers(newsletter, 3)
    Post.bad = {slow.email: 450, full.email: 452}
    went = go(campaign)
    assert Post.addresses() == [fine.email] and went.state == CampaignState.SENDING
    del Post.bad[slow.email]
    for _ in range(8):
        lapse()
        run()
    went.refresh_from_db()
    assert went.state == CampaignState.SENT and balance(went).settled
    assert sorted(Post.addresses()) == sorted([fine.email, slow.email])
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPDataError(554, b"spam"), "backend"),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"5.7.1 your host is blocked")}), "backend"),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"5.1.1 no such user")}), "address"),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"later")}), "later"),
        (smtplib.SMTPServerDisconnected("gone"), "doubt"),
        (TimeoutError("no answer"), "doubt"),
        (ValueError("anything"), "doubt"),
    ],
)
def test_what_is_not_known_for_certain_is_doubt(error: Exception, outcome: str) -> None:
    from editorial.letters.refusals import judge

    assert judge(error) == outcome


# --- people who intervene ----------------------------------------------------------------------------------------------


def test_stopping_takes_hold_at_the_next_mail_and_going_on_doubles_nobody(
    campaign: Campaign, newsletter: Newsletter
) -> None:
    people = readers(newsletter, 4)
    Post.moods = {2: lambda: planning.stop(campaign=campaign, actor="staff:1") and None}
    went = go(campaign)
    assert len(Post.taken) == 2 and went.stop_reason == StopReason.PERSON
    assert not Delivery.objects.filter(state=DeliveryState.SUBMITTING).exists()
    planning.go_on(campaign=went, actor="staff:1")
    run()
    went.refresh_from_db()
    assert went.state == CampaignState.SENT and once_each(people)


def test_cancelling_the_rest_counts_them_as_left_out(campaign: Campaign, newsletter: Newsletter) -> None:
    readers(newsletter, 4)
    Post.moods = {1: lambda: planning.stop(campaign=campaign, actor="staff:1") and None}
    went = go(campaign)
    planning.cancel(campaign=went, actor="staff:1")
    run()
    went.refresh_from_db()
    found = balance(went)
    assert went.state == CampaignState.CANCELLED and found.settled
    assert (found.submitted, found.excluded) == (1, 3) and len(Post.taken) == 1


def test_numbers_that_do_not_add_up_stop_the_letter(campaign: Campaign, newsletter: Newsletter) -> None:
    readers(newsletter, 2)
    planning.schedule(campaign=campaign, at=None, actor="test")
    freezing.begin(campaign.pk, clock.now())
    freezing.freeze(campaign.pk, clock.now())
    Campaign.objects.filter(pk=campaign.pk).update(candidates=3)
    run()
    campaign.refresh_from_db()
    assert campaign.stop_reason == StopReason.BALANCE
