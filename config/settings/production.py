"""Production: PostgreSQL, Redis, HTTPS behind a proxy, hashed static files."""

from config.settings.base import *  # noqa: F403
from config.settings.base import _public

_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The proxy in front sets X-Forwarded-For; without this every visitor would share one address and one rate limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "signup": "20/m/ip"}
