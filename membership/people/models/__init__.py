"""What staff write about members, the filters they keep, and their long work."""

from membership.people.models.job import Job, JobLine
from membership.people.models.mark import MemberTag, Note, Tag
from membership.people.models.saved import SavedFilter

__all__ = ["Job", "JobLine", "MemberTag", "Note", "SavedFilter", "Tag"]
