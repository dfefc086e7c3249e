"""Votes among members: polls in rooms, and elections of those who look after a group."""
