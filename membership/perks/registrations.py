"""What perks add to the lists of the ground floor."""


def register() -> None:
    """Called once at start."""
