"""Every write of letters, by what it is about."""
