"""The one reader of the process environment.

Every variable that changes how Yaji runs is a field below, with its sentence for the operator's table
(docs/operators.md; a test keeps the two the same). Nothing else in the product reads `os.environ`.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT, TEST, PRODUCTION = "development", "test", "production"
SANDBOX_KEY, SANDBOX_SECRET = "sk_test_sandbox", "whsec_sandbox"
SANDBOX_BASE = "http://127.0.0.1:12112"


class BadEnvironment(ValueError):
    """A variable has a value that Yaji cannot start with; the message names it and says what would do."""


def _var(name: str, default: str, text: str) -> str:
    return field(default=default, metadata={"name": name, "text": text})


@dataclass(frozen=True, slots=True)
class Environment:
    """What the operator decides. All values are strings as given; properties interpret them."""

    env: str = _var("YAJI_ENV", DEVELOPMENT, "`development`, `test` or `production`")
    public_url: str = _var("PUBLIC_URL", "http://localhost:8000", "Address that people use, without a path")
    database_url: str = _var("DATABASE_URL", "", "`postgres://…`; empty means SQLite under `YAJI_VAR`")
    redis_url: str = _var("REDIS_URL", "", "Cache, chat bus and job broker; empty: in-process stand-ins")
    secret_key: str = _var("SECRET_KEY", "", "Signs sessions and links; at least 50 characters in production")
    secret_key_old: str = _var("SECRET_KEY_OLD", "", "The key before this one: links it signed still hold")
    allowed_hosts: str = _var("ALLOWED_HOSTS", "", "Comma-separated host names; `PUBLIC_URL`'s is always in")
    stripe_api_base: str = _var("STRIPE_API_BASE", "", "Empty: Stripe with a key, the sandbox without one")
    stripe_secret_key: str = _var(
        "STRIPE_SECRET_KEY", "", "Stripe's secret key; empty: the sandbox (not in production)"
    )
    stripe_webhook_secret: str = _var("STRIPE_WEBHOOK_SECRET", "", "Signing secret of the webhook endpoint")
    sandbox_public_url: str = _var("SANDBOX_PUBLIC_URL", "", "Where a browser reaches the sandbox's pages")
    email_url: str = _var("EMAIL_URL", "", "`smtp://user:pass@host:587/?tls=True`; empty in development: /demo/mail/")
    email_from: str = _var("EMAIL_FROM", "Yaji <hello@localhost>", "Sender of every mail")
    mail_webhook_secret: str = _var("MAIL_WEBHOOK_SECRET", "", "`user:password` of the mail provider's webhook")
    postal_address: str = _var("POSTAL_ADDRESS", "", "Postal address at the foot of every letter")
    var: str = _var("YAJI_VAR", "", "Folder of everything that is written; default `var/` in the checkout")
    oidc_issuer: str = _var(
        "OIDC_ISSUER", "", "Issuer of an OpenID Connect house that people may sign in by; empty: none"
    )
    oidc_client_id: str = _var("OIDC_CLIENT_ID", "", "Our client id there")
    oidc_client_secret: str = _var("OIDC_CLIENT_SECRET", "", "Our client secret there")
    oidc_name: str = _var("OIDC_NAME", "OpenID", "What its button says")
    push_private_key: str = _var(
        "PUSH_PRIVATE_KEY",
        "",
        "Key of web push (`manage.py push_keys`); empty: `push-key` under `YAJI_VAR`, or no push",
    )
    push_contact: str = _var(
        "PUSH_CONTACT", "", "`mailto:` or `https://` of whom push services may ask; empty: `PUBLIC_URL`"
    )
    media_url: str = _var("MEDIA_URL", "/media/", "Address under which public uploads are served")
    media_root: str = _var("MEDIA_ROOT", "", "Folder of uploads; default `media/` under `YAJI_VAR`")
    files_a_day: str = _var("FILES_A_DAY", "60", "Files that one member may bring into rooms in a day")
    file_mb_a_day: str = _var("FILE_MB_A_DAY", "100", "Megabytes of them")
    link_previews: str = _var("LINK_PREVIEWS", "1", "`0`: pages that members link to are not asked for their titles")
    carrier_api_base: str = _var(
        "CARRIER_API_BASE", "", "Address of the courier's JSON interface for labels; empty: no labels are bought"
    )
    carrier_api_key: str = _var("CARRIER_API_KEY", "", "Our key there")
    carrier_webhook_secret: str = _var(
        "CARRIER_WEBHOOK_SECRET", "", "Signs what the courier sends to `/parcels/hooks/courier/`; empty: all is refused"
    )
    carrier_track_url: str = _var(
        "CARRIER_TRACK_URL", "", "Where people follow a parcel, with `{tracking}` in it; empty: no link"
    )
    chromium: str = _var("CHROMIUM_PATH", "", "The browser that prints PDFs; empty: the one on the search path")
    debug: str = _var("YAJI_DEBUG", "", "`1`: Django's own error pages (development only)")
    log_level: str = _var("LOG_LEVEL", "INFO", "Python log level of Yaji's own loggers")

    @property
    def production(self) -> bool:
        """True where real people and real money are."""
        return self.env == PRODUCTION

    @property
    def var_path(self) -> Path:
        """Folder that holds database, uploads and demo mails of an embedded start."""
        return Path(self.var) if self.var else ROOT / "var"

    @property
    def sandboxed(self) -> bool:
        """True when money is play money: no key at all, or the sandbox's own key."""
        return self.stripe_secret_key in ("", SANDBOX_KEY) and not self.production

    @property
    def stripe_base(self) -> str:
        """Base address for the payment provider; empty means Stripe itself."""
        return self.stripe_api_base or (SANDBOX_BASE if self.sandboxed else "")

    @property
    def oidc_apps(self) -> list[dict[str, Any]]:
        """The OpenID Connect house as allauth wants it: a list of one, or of none."""
        if not self.oidc_issuer:
            return []
        return [
            {
                "provider_id": "oidc",
                "name": self.oidc_name,
                "client_id": self.oidc_client_id,
                "secret": self.oidc_client_secret,
                "settings": {"server_url": self.oidc_issuer.rstrip("/")},
            }
        ]

    @property
    def oidc_origin(self) -> str:
        """Scheme and host of the issuer, for the content policy."""
        parts = urlsplit(self.oidc_issuer)
        return f"{parts.scheme}://{parts.netloc}"


def documented() -> list[tuple[str, str, str]]:
    """Rows (name, default, sentence) of the operator's table."""
    return [(f.metadata["name"], str(f.default), f.metadata["text"]) for f in fields(Environment)]


def read(source: Mapping[str, str] = os.environ) -> Environment:
    """The environment, checked. Raises `BadEnvironment` with the variable's name and the remedy."""
    found = {f.name: source[f.metadata["name"]].strip() for f in fields(Environment) if f.metadata["name"] in source}
    environment = Environment(**found)
    _check(environment)
    return environment


def _check(it: Environment) -> None:
    if it.env not in (DEVELOPMENT, TEST, PRODUCTION):
        raise BadEnvironment(f"YAJI_ENV is {it.env!r}; use development, test or production.")
    if not it.public_url.startswith(("http://", "https://")):
        raise BadEnvironment("PUBLIC_URL must begin with http:// or https://.")
    if it.stripe_secret_key.startswith(("sk_live_", "rk_live_")) and it.stripe_api_base:
        raise BadEnvironment(
            "A live Stripe key together with STRIPE_API_BASE: refusing to send it elsewhere. Unset one."
        )
    if it.oidc_issuer and not (it.oidc_client_id and it.oidc_client_secret):
        raise BadEnvironment("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it.")
    for name, value in (("FILES_A_DAY", it.files_a_day), ("FILE_MB_A_DAY", it.file_mb_a_day)):
        if not (value.isascii() and value.isdigit()):
            raise BadEnvironment(f"{name} must be a whole number.")
    for name, value in (("CARRIER_API_BASE", it.carrier_api_base), ("CARRIER_TRACK_URL", it.carrier_track_url)):
        if value and not value.startswith(("http://", "https://")):
            raise BadEnvironment(f"{name} must begin with http:// or https://.")
    if it.carrier_api_base and not it.carrier_api_key:
        raise BadEnvironment("CARRIER_API_BASE needs CARRIER_API_KEY beside it.")
    if it.production and it.carrier_api_base.startswith("http://"):
        raise BadEnvironment("CARRIER_API_BASE must be https:// in production.")
    if it.production and it.oidc_issuer.startswith("http://"):
        raise BadEnvironment("OIDC_ISSUER must be https:// in production.")
    if it.push_private_key and not re.fullmatch(r"[A-Za-z0-9_-]{43}", it.push_private_key):
        raise BadEnvironment("PUSH_PRIVATE_KEY must be 43 signs, as manage.py push_keys prints them.")
    if it.push_contact and not it.push_contact.startswith(("mailto:", "https://")):
        raise BadEnvironment("PUSH_CONTACT must begin with mailto: or https://.")
    if it.production and len(it.secret_key) < 50:
        raise BadEnvironment("SECRET_KEY needs at least 50 random characters in production.")
    if it.production and not it.database_url.startswith(("postgres://", "postgresql://")):
        raise BadEnvironment("DATABASE_URL must name PostgreSQL in production: postgres://user@host/name.")


def settings_module(source: Mapping[str, str] = os.environ) -> str:
    """Dotted name of the settings for this process (`DJANGO_SETTINGS_MODULE`)."""
    return f"config.settings.{source.get('YAJI_ENV') or DEVELOPMENT}"
