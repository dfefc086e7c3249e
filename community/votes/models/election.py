"""Elections: who stands, who may vote, that somebody has voted, and ballots that say nothing of whose they are.

No table of ballots has a moment or a number that grows: nothing in it tells in which order people came.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.models import Group
from community.votes.enums import RUNNING, ElectionState, Step

MOST_SEATS, TERMS = 10, (30, 400)


class Election(models.Model):
    """A call to choose moderators. All its moments are business time. `salt` makes the keys of ballots and goes with the
    count; `list_hash` is what `freezing.digest` says of the list of voters."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="elections")
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seats = models.PositiveSmallIntegerField(_("seats"))
    term_days = models.PositiveSmallIntegerField(_("days of a term"))
    called_at = models.DateTimeField()
    nominate_until = models.DateTimeField()
    vote_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ElectionState.choices, default=ElectionState.NOMINATING)
    ended_at = models.DateTimeField(null=True)
    voters = models.PositiveIntegerField(default=0)
    voted = models.PositiveIntegerField(default=0)
    list_hash = models.CharField(max_length=64, blank=True)
    salt = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(state__in=sorted(RUNNING)), name="votes_one_election_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(nominate_until__gt=F("called_at"), vote_until__gt=F("nominate_until")),
                name="votes_election_in_order",
            ),
            models.CheckConstraint(condition=Q(seats__range=(1, MOST_SEATS)), name="votes_election_seats"),
            models.CheckConstraint(condition=Q(term_days__range=TERMS), name="votes_election_term"),
            models.CheckConstraint(condition=Q(voted__lte=F("voters")), name="votes_no_more_votes_than_voters"),
            models.CheckConstraint(
                condition=~Q(state=ElectionState.ABORTED) | ~Q(reason=""), name="votes_stopped_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=ElectionState.VOTING) | Q(salt=""), name="votes_salt_only_while_voting"
            ),
        ]
        indexes = [models.Index(fields=["state", "nominate_until", "vote_until"], name="votes_election_due")]
        verbose_name = _("election")
        verbose_name_plural = _("elections")

    def __str__(self) -> str:
        return f"election {self.pk} in {self.group_id}"

    def get_absolute_url(self) -> str:
        """Its page; the group has to be loaded."""
        return reverse("votes:election", args=[self.group.slug, self.pk])

    @property
    def turnout(self) -> int:
        """How many of a hundred voted."""
        return round(100 * self.voted / self.voters) if self.voters else 0


class Candidate(models.Model):
    """Somebody who stands. What decides a tie is kept as it was when they stood. `approvals` is empty until the count."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidates")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    statement = models.CharField(max_length=500, blank=True)
    stood_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    in_group_since = models.DateTimeField()
    account_since = models.DateTimeField()
    approvals = models.PositiveIntegerField(null=True)
    elected = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["election", "account"], name="votes_stands_once"),
            models.CheckConstraint(condition=Q(elected=False) | Q(approvals__gte=1), name="votes_elected_by_somebody"),
            models.CheckConstraint(
                condition=Q(elected=False) | Q(withdrawn_at=None), name="votes_withdrawn_is_not_elected"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} stands in {self.election_id}"


class Voter(models.Model):
    """A line of the list that was closed when voting opened. `voted` says that, never what and never when."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="list")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    voted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "account"], name="votes_on_the_list_once")]

    def __str__(self) -> str:
        return f"{self.account_id} may vote in {self.election_id}"


class Ballot(models.Model):
    """One ballot. `key` finds it again for whoever cast it, while voting is open; the count takes it away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    election = models.ForeignKey(Election, models.CASCADE, related_name="ballots")
    key = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "key"], name="votes_one_ballot_for_a_key")]

    def __str__(self) -> str:
        return f"a ballot of {self.election_id}"


class BallotMark(models.Model):
    """A candidate whom a ballot approves."""

    pk = models.CompositePrimaryKey("ballot_id", "candidate_id")
    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="marks")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"for {self.candidate_id}"


class Entry(models.Model):
    """A line of the public log: what happened, in numbers. Nobody is named, and nobody's sign of the other log stands here."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="log")
    at = models.DateTimeField()
    what = models.CharField(max_length=10, choices=Step.choices)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"


class Telling(models.Model):
    """Members who are still to be told of something: due work. `up_to` is the last place that was told."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=Step.choices)
    up_to = models.PositiveBigIntegerField(default=0)
    done = models.BooleanField(default=False, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "what"], name="votes_tells_once")]

    def __str__(self) -> str:
        return f"{self.what} of {self.election_id}"
