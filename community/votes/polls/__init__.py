"""Polls in rooms: asking, choosing, publishing."""
