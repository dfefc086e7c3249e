"""How often unsubscribe links may be tried."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

A_MINUTE = 60  # seconds
WRONG_LINKS = 20  # a minute and address: nobody mistypes a link that often
SAME_LINK = 30  # a minute


def too_often(request: HttpRequest, token: str, genuine: bool) -> bool:
    """Counts a try. Genuine links are counted by link, never by address: the servers of a large mail house unsubscribe
    thousands of its people from one address."""
    who = f"t:{token[-24:]}" if genuine else f"a:{get_adapter(request).get_client_ip(request)}"
    key = f"letters:leave:{who}"
    cache.add(key, 0, A_MINUTE)
    try:
        tries = cache.incr(key)
    except ValueError:  # it fell out between the two lines, or the cache is away: nobody is kept from leaving
        return False
    return tries > (SAME_LINK if genuine else WRONG_LINKS)
