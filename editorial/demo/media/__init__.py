"""Sounds, objects, a place all around and a film for the demo, made by our own code and kept as files of the house."""

from editorial.demo.media.store import Media

__all__ = ["Media"]
