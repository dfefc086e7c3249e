"""The house's pair of keys (VAPID, RFC 8292): push services know us by it, browsers subscribe to it."""

import base64
import json
import os
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

GOOD_FOR = 12 * 60 * 60  # seconds; services refuse more than a day


class NoKey(RuntimeError):
    """There is no key: push is off."""


def encode(raw: bytes) -> str:
    """URL-safe base64 without its end."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The same backwards. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def path() -> Path:
    """Where the key lies when the environment has none."""
    return settings.VAR / "push-key"


def make() -> str:
    """A new private key: 32 bytes, as text."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode(number.to_bytes(32, "big"))


def keep() -> bool:
    """Write a key into the house's own folder, readable by us alone; False when there is one already."""
    if settings.PUSH_PRIVATE_KEY or path().exists():
        return False
    path().parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(make())
    return True


def private() -> ec.EllipticCurvePrivateKey:
    """The key. Raises NoKey."""
    text = settings.PUSH_PRIVATE_KEY or (path().read_text().strip() if path().exists() else "")
    if not text:
        raise NoKey("Set PUSH_PRIVATE_KEY, or run manage.py push_keys.")
    return _read(text)


@lru_cache(maxsize=4)
def _read(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(text), "big"), ec.SECP256R1())


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as push speaks it: 65 bytes."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def public() -> str:
    """What browsers subscribe with; empty while push is off."""
    try:
        return encode(point(private().public_key()))
    except NoKey:
        return ""


def authorization(endpoint: str, now: float | None = None) -> str:
    """The header that says to a push service who calls: signed for that service and the next twelve hours."""
    parts, key = urlsplit(endpoint), private()
    head = encode(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now or time.time()) + GOOD_FOR,
        "sub": settings.PUSH_CONTACT,
    }
    signed = f"{head}.{encode(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={encode(point(key.public_key()))}"
