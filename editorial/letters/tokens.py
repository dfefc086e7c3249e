"""What stands in unsubscribe links: whose choice and of which letter, signed; readable by nobody else.

It never expires: an unsubscribe link in an old letter has to work. It can do one thing only, to end one newsletter.
"""

import base64
import uuid
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

_signer = Signer(salt="editorial.letters.unsubscribe")


@dataclass(frozen=True, slots=True)
class Leave:
    """A choice by its token, and the letter whose link was followed (0: none)."""

    choice: uuid.UUID
    campaign: int


def make(choice: uuid.UUID, campaign: int = 0) -> str:
    """The token for a link."""
    packed = choice.bytes + campaign.to_bytes(6, "big")
    return _signer.sign(base64.urlsafe_b64encode(packed).decode().rstrip("=")).replace(":", ".")


def read(token: str) -> Leave | None:
    """What the token means; None for anything that we did not sign."""
    try:
        plain = _signer.unsign(token.replace(".", ":", 1))
        packed = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (BadSignature, ValueError):
        return None
    return Leave(uuid.UUID(bytes=packed[:16]), int.from_bytes(packed[16:], "big")) if len(packed) == 22 else None
