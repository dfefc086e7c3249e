"""Newsletters, who wants them, letters, and what was handed over to whom."""

from editorial.letters.models.campaign import Campaign, CampaignEvent, CampaignStory
from editorial.letters.models.delivery import Batch, Delivery, Rendering
from editorial.letters.models.newsletter import LetterChoice, Newsletter
from editorial.letters.models.suppression import Suppression

__all__ = [
    "Batch",
    "Campaign",
    "CampaignEvent",
    "CampaignStory",
    "Delivery",
    "LetterChoice",
    "Newsletter",
    "Rendering",
    "Suppression",
]
