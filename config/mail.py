"""EMAIL_URL as settings: SMTP and Django's own backends, and every provider that django-anymail knows."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import dj_email_url

ANYMAIL = "anymail+"


class BadMailUrl(ValueError):
    """EMAIL_URL cannot be read; the message says what would do."""


def settings_of(url: str) -> dict[str, Any]:
    """Django's settings for an EMAIL_URL. Raises `BadMailUrl`.

    `anymail+mailgun:?MAILGUN_API_KEY=…` chooses django-anymail's backend of that name; what stands behind the question
    mark are its settings, as its documentation names them.
    """
    parts = urlsplit(url)
    if not parts.scheme.startswith(ANYMAIL):
        found: dict[str, Any] = dj_email_url.parse(url)
        if "EMAIL_BACKEND" not in found:
            raise BadMailUrl(f"EMAIL_URL begins with {parts.scheme!r}; use smtp://, anymail+mailgun:?… or console:")
        return found
    provider = parts.scheme.removeprefix(ANYMAIL).replace("-", "_")
    # Every letter carries metadata; a provider without such a thing still sends.
    own = {"IGNORE_UNSUPPORTED_FEATURES": True} | dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": own, "MAIL_PROVIDER": provider}
