"""Settings that every environment shares. Values that operators choose come from `config.environment` alone."""

from urllib.parse import urlsplit

import dj_database_url

from config import mail
from config.environment import ROOT, SANDBOX_KEY, SANDBOX_SECRET, read

ENVIRONMENT = read()
VAR = ENVIRONMENT.var_path
BASE_DIR = ROOT
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or "development-only-key-that-signs-nothing-of-value-0123456789"
SECRET_KEY_FALLBACKS = [ENVIRONMENT.secret_key_old] if ENVIRONMENT.secret_key_old else []
PUBLIC_URL = ENVIRONMENT.public_url.rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = [h for h in [_public.hostname or "", *ENVIRONMENT.allowed_hosts.split(",")] if h]
YAJI_ORIGINS = [PUBLIC_URL]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
ROOT_URLCONF = "config.urls"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_NAME = "Yaji"

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "community",
    "community.votes",
    "community.hung",
    "community.digest",
    "editorial",
    "editorial.letters",
    "editorial.passages",
    "editorial.readers",
    "editorial.files",
    "editorial.polls",
    "editorial.desk",
    "subscriptions.billing",
    "subscriptions.gifts",
    "subscriptions.boxes",
    "subscriptions.curation",
    "subscriptions.parcels",
    "subscriptions.shop",
    "subscriptions.board",
    "membership.perks",
    "membership.seats",
    "membership",
    "membership.people",
    "accounts.push",
    "accounts",
    "ground",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "csp",
    "servestatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "config.middleware.Machines",
    "ground.packing.Packing",
    "ground.pagecache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.NoNul",
    "config.middleware.ContentSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.Visits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.Devices",
    "accounts.middleware.SecondFactor",
    "accounts.middleware.Proof",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "editorial.desk.middleware.Desk",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url or f"sqlite:///{VAR / 'yaji.sqlite3'}")}
SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]
if SQLITE:
    # IMMEDIATE takes the write lock at BEGIN: two writers queue instead of failing halfway with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = ENVIRONMENT.redis_url
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "ground.cache.ForgivingRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "yaji"}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": None, "visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "yaji"
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A broker that is away must not hold a request: publishing is a hint, the sweep is the promise.
CELERY_TASK_PUBLISH_RETRY = False

# --- people -------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupDetails"
ACCOUNT_FORMS = {"signup": "accounts.entrance_forms.Signup"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # as long as the link in the same letter
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.entrance_forms.AddPasskey",
    "signup_webauthn": "accounts.entrance_forms.SignupPasskey",
    "edit_webauthn": "accounts.entrance_forms.RenamePasskey",
    "activate_totp": "accounts.entrance_forms.ActivateApp",
    "authenticate": "accounts.entrance_forms.AppNumber",
    "reauthenticate": "accounts.entrance_forms.AppNumberAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
# Browsers take http://localhost for safe; the library asks to be told so. Production's addresses are https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.production
# Whoever may enter the admin has a second factor; the demo's people have none.
STAFF_NEED_SECOND_FACTOR = ENVIRONMENT.production
SOCIALACCOUNT_ADAPTER = "accounts.adapter.OtherHouseAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": ENVIRONMENT.oidc_apps}}
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- words --------------------------------------------------------------------------------------------------------

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = "en"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = True
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- mail ---------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.email_from
ANYMAIL: dict[str, str] = {}
MAIL_PROVIDER = ""
if ENVIRONMENT.email_url:
    vars().update(mail.settings_of(ENVIRONMENT.email_url))
else:
    EMAIL_BACKEND = "accounts.mailbox.FolderBackend"
EMAIL_TIMEOUT = 20
ANYMAIL["WEBHOOK_SECRET"] = ENVIRONMENT.mail_webhook_secret
POSTAL_ADDRESS = ENVIRONMENT.postal_address
MAILBOX = VAR / "mail"

# --- word on devices ----------------------------------------------------------------------------------------------

PUSH_PRIVATE_KEY = ENVIRONMENT.push_private_key
PUSH_CONTACT = ENVIRONMENT.push_contact or PUBLIC_URL

# --- files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = ENVIRONMENT.media_url
MEDIA_ROOT = ENVIRONMENT.media_root or str(VAR / "media")
# Files that are asked for by right: never under an address of their own, see `editorial.files`.
PRIVATE_ROOT = VAR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "ground.static.ManifestStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# What one member may bring into rooms in a day, and whether pages that they link to are asked for their titles.
FILES_A_DAY = int(ENVIRONMENT.files_a_day)
FILE_MEGABYTES_A_DAY = int(ENVIRONMENT.file_mb_a_day)
LINK_PREVIEWS = ENVIRONMENT.link_previews != "0"

# --- Wagtail ------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Yaji 雅集"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai", "UTC", "Europe/London", "America/New_York"]
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "editorial.uploads.PictureForm"
WAGTAILDOCS_DOCUMENT_MODEL = "files.HouseFile"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = None
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES

# --- money --------------------------------------------------------------------------------------------------------

STRIPE_API_BASE = ENVIRONMENT.stripe_base
STRIPE_SECRET_KEY = ENVIRONMENT.stripe_secret_key or (SANDBOX_KEY if ENVIRONMENT.sandboxed else "")
STRIPE_WEBHOOK_SECRET = ENVIRONMENT.stripe_webhook_secret or (SANDBOX_SECRET if ENVIRONMENT.sandboxed else "")
STRIPE_SANDBOX = ENVIRONMENT.sandboxed
SANDBOX_PUBLIC_URL = ENVIRONMENT.sandbox_public_url or STRIPE_API_BASE
CURRENCY = "CNY"
SHIPPING_COUNTRIES = ["CN", "HK", "TW", "SG", "JP", "GB", "US", "DE", "FR"]

# --- parcels ------------------------------------------------------------------------------------------------------

CARRIER_API_BASE = ENVIRONMENT.carrier_api_base
CARRIER_API_KEY = ENVIRONMENT.carrier_api_key
CARRIER_WEBHOOK_SECRET = ENVIRONMENT.carrier_webhook_secret
CARRIER_TRACK_URL = ENVIRONMENT.carrier_track_url
CHROMIUM_PATH = ENVIRONMENT.chromium

# --- safety -------------------------------------------------------------------------------------------------------

# A form that answers with a redirect to the checkout page needs that origin in form-action.
CHECKOUT_ORIGINS = ["https://checkout.stripe.com", "https://billing.stripe.com"]
if STRIPE_SANDBOX:
    CHECKOUT_ORIGINS = sorted({SANDBOX_PUBLIC_URL, STRIPE_API_BASE})
# So does the button that goes to the other house where people have an account.
OTHER_HOUSES = [ENVIRONMENT.oidc_origin] if ENVIRONMENT.oidc_apps else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *CHECKOUT_ORIGINS, *OTHER_HOUSES],
    }
}
# Wagtail's admin ships inline scripts and styles and shows previews in a frame; only staff ever see it.
CMS_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "object-src": ["'none'"],
        "form-action": ["'self'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        name: {"handlers": ["console"], "level": ENVIRONMENT.log_level, "propagate": False}
        for name in (
            "yaji",
            "django.server",
            "ground",
            "accounts",
            "membership",
            "community",
            "editorial",
            "subscriptions",
        )
    },
}
