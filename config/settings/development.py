"""Development and the demo: loopback hosts, the sandbox, mails in a folder, templates re-read."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, ENVIRONMENT, PRIVATE_ROOT, YAJI_ORIGINS, _public

DEBUG = ENVIRONMENT.debug == "1"
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
_port = f":{_public.port}" if _public.port else ""
YAJI_ORIGINS += [f"http://localhost{_port}", f"http://127.0.0.1{_port}"]
CSRF_TRUSTED_ORIGINS = sorted(set(YAJI_ORIGINS))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/5m/ip,10/5m/key",
    "signup": "60/m/ip",
    "request_login_code": "20/m/ip,6/m/key",
}
