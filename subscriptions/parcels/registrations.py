"""What this part adds to the lists of the ground floor and to the hooks below."""


def register() -> None:
    """Called once at start."""
