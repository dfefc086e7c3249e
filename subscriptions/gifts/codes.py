"""The words that open a gift. Made from the gift's key and the house's secret, so that nothing need be kept but a hash."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0 and 1, which people mistake for one another
LENGTH = 12


def code_of(key: UUID) -> str:
    """The code of a gift, twelve signs in three groups: sixty bits that only the house can make."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"gift:" + key.bytes, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8], "big")
    signs = "".join(LETTERS[number >> 5 * place & 31] for place in range(LENGTH))
    return "-".join(signs[i : i + 4] for i in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """What a typed code is looked up by; case, blanks and dashes do not matter."""
    plain = "".join(sign for sign in code.upper() if sign in LETTERS)
    return hashlib.sha256(b"gift-code:" + plain.encode()).hexdigest()
