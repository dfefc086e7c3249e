"""What a story is made of: blocks, each with a template of its own and no query in it."""

from editorial.blocks.body import FREE_BLOCKS, NOTE_BLOCKS, STORY_BLOCKS, Note
from editorial.blocks.front import FRONT_BLOCKS

__all__ = ["FREE_BLOCKS", "FRONT_BLOCKS", "NOTE_BLOCKS", "STORY_BLOCKS", "Note"]
