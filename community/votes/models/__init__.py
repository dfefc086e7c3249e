"""Every table of the votes."""

from community.votes.models.election import Ballot, BallotMark, Candidate, Election, Entry, Telling, Voter
from community.votes.models.poll import Choice, Poll, PollVote

__all__ = [
    "Ballot", "BallotMark", "Candidate", "Choice", "Election", "Entry", "Poll", "PollVote", "Telling", "Voter",
]  # fmt: skip
