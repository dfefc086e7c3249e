"""A call that only the browser reads (RFC 8291): the push service in between carries what it cannot open."""

import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.push.keys import point

RECORD = 4096


def seal(
    words: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """`words` for the browser with this public key and this secret; at most 3,993 bytes. Raises ValueError for keys that are none.

    `own` and `salt` are new each time; a test gives those of the standard's own example.
    """
    if len(words) > RECORD - 103 or len(auth) != 16:
        raise ValueError("too long, or no secret")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    mine = point(own.public_key())
    seed = _derive(own.exchange(ec.ECDH(), theirs), auth, b"WebPush: info\0" + p256dh + mine, 32)
    key = _derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(seed, salt, b"Content-Encoding: nonce\0", 12)
    return salt + struct.pack("!IB", RECORD, len(mine)) + mine + AESGCM(key).encrypt(nonce, words + b"\x02", None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
