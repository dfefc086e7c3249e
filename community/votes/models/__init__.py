"""Every table of the votes."""

from community.votes.models.election import Ballot, BallotMark, Candidate, Election, Entry, Telling, Voter

__all__ = ["Ballot", "BallotMark", "Candidate", "Election", "Entry", "Telling", "Voter"]
