"""A letter once a week: what is unread in the rooms that somebody sits in."""
