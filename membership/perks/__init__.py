"""Perks as obligations: what members are owed, what was sent, and what they have left."""
