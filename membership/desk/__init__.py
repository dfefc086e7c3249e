"""Tiers and complimentary seats in Wagtail's admin."""
