"""Tests: as production where it matters, quick where it does not. No behaviour of the product is switched here."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, TEMPLATES

ALLOWED_HOSTS += ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"]["debug"] = True  # type: ignore[index]
ACCOUNT_RATE_LIMITS = False
