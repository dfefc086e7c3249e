"""The seal of the house as a picture, for browsers' tabs and for mails."""

from ground.icons import SEAL_CUTS, SEAL_FIELD


def seal(seed: int = 0) -> str:
    """雅集, cut in a seal. There is one seal: the seed changes nothing."""
    cuts = "".join(f'<path d="{cut}"/>' for cut in SEAL_CUTS)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 44" width="28" height="44">'
        f'<path fill="#a8361f" d="{SEAL_FIELD}"/><g fill="none" stroke="#fff8ef" stroke-width="1.75">{cuts}</g></svg>\n'
    )
