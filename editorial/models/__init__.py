"""Pages and what describes them."""

from editorial.models.base import AudiencePage
from editorial.models.channel import ChannelPage
from editorial.models.credit import Role, StoryCredit
from editorial.models.directory import DirectoryPage, Holds
from editorial.models.entry import EntryPage
from editorial.models.facet import Craft, Facet, Period, Region
from editorial.models.home import HomePage
from editorial.models.person import Calling, PersonPage
from editorial.models.plain import PlainPage
from editorial.models.series import SeriesPage
from editorial.models.spot import PlacePage
from editorial.models.story import StoryPage
from editorial.models.term import TermPage
from editorial.models.topic import Topic

__all__ = [
    "AudiencePage",
    "Calling",
    "ChannelPage",
    "Craft",
    "DirectoryPage",
    "EntryPage",
    "Facet",
    "Holds",
    "HomePage",
    "Period",
    "PersonPage",
    "PlacePage",
    "PlainPage",
    "Region",
    "Role",
    "SeriesPage",
    "StoryCredit",
    "StoryPage",
    "TermPage",
    "Topic",
]
