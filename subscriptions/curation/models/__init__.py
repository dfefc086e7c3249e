"""Traits and answers, candidates, what everybody has, drafts."""

from subscriptions.curation.models.candidates import SlotChoice, Substitute
from subscriptions.curation.models.draft import Draft, DraftLine, Run
from subscriptions.curation.models.had import Had
from subscriptions.curation.models.traits import ItemTrait, Stance, Trait

__all__ = ["Draft", "DraftLine", "Had", "ItemTrait", "Run", "SlotChoice", "Stance", "Substitute", "Trait"]
