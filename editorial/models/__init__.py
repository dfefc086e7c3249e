"""Pages and what describes them."""

from editorial.models.base import AudiencePage
from editorial.models.channel import ChannelPage
from editorial.models.home import HomePage
from editorial.models.plain import PlainPage
from editorial.models.story import StoryPage
from editorial.models.topic import Topic

__all__ = ["AudiencePage", "ChannelPage", "HomePage", "PlainPage", "StoryPage", "Topic"]
