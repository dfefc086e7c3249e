"""Secrets at rest: sealed with a key made from SECRET_KEY, readable with SECRET_KEY_OLD after a change of keys."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = b"yaji second factor"


def seal(text: str) -> str:
    """The text, unreadable without the key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again. Raises `cryptography.fernet.InvalidToken` when no key of ours made it."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_key(k)) for k in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.blake2b(secret.encode(), digest_size=32, person=PURPOSE[:16]).digest())
